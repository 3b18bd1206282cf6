import { describe, expect, it } from 'vitest';
import { atSite, siteBaseOf } from './site-path.ts';

describe('the path of a site', () => {
  it('stands before every path of a site that a replica serves', () => {
    expect(siteBaseOf('/sites/wrigley-1/staff')).toBe('/sites/wrigley-1');
    expect(siteBaseOf('/sites/wrigley-1')).toBe('/sites/wrigley-1');
    expect(siteBaseOf('/sites/wrigley-1/')).toBe('/sites/wrigley-1');
  });

  it.each([
    '/',
    '/staff',
    '/sites',
    '/sites/',
    '/sitesof/wrigley-1',
    '/sites/a_b/staff',
    '/sites/Not A Slug/staff',
    '/x/sites/a',
  ])('is nothing at %s', (path) => expect(siteBaseOf(path)).toBe(''));

  it('is found again in what leads to it', () => {
    expect(siteBaseOf(atSite('north-stand-1', '/staff'))).toBe('/sites/north-stand-1');
  });
});
