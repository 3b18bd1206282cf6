import { describe, expect, test } from 'vitest';
import { noContent, readRoute } from './route.ts';
import { createRouter } from './router.ts';

const at = (path: string, aliases: string[] = []) =>
  readRoute({
    method: 'GET',
    path,
    aliases,
    access: 'public',
    tag: '',
    summary: path,
    replies: {},
    read: async () => noContent,
  });
const router = createRouter([
  at('/api/games', ['/games']),
  at('/api/games/:id', ['/games/:id']),
  at('/api/games/best'),
]);
const found = (path: string, method = 'GET') => {
  const match = router.find(method, path);
  return match.route === undefined ? match.allow : [match.route.path, { ...match.params }];
};

describe('a route is found', () => {
  test.each([
    ['/api/games', ['/api/games', {}]],
    ['/api/games/', ['/api/games', {}]],
    ['/games/', ['/api/games', {}]],
    ['/games/7/', ['/api/games/:id', { id: '7' }]],
    ['/api/games/best', ['/api/games/best', {}]],
    ['/api/games/a%20b', ['/api/games/:id', { id: 'a b' }]],
    ['/api/games/%2Fetc', ['/api/games/:id', { id: '/etc' }]],
    ['/api/games/__proto__', ['/api/games/:id', { id: '__proto__' }]],
  ])('at %s', (path, match) => expect(found(path)).toEqual(match));

  test('by HEAD as by GET', () => expect(found('/games', 'HEAD')).toEqual(['/api/games', {}]));
});

describe('nothing is found', () => {
  test.each([
    '/',
    '/api',
    '//api/games',
    '/API/games',
    '/api/games/7/8',
    '/api/games/%zz',
    '/api/games/%ff',
    `/api/games/${'x'.repeat(201)}`,
    '*',
    '',
  ])('at %j', (path) => expect(found(path)).toEqual([]));

  test('by another method, but it is known which it takes', () => {
    expect(found('/games/7', 'DELETE')).toEqual(['GET']);
    expect(found('/games/7', 'PROPFIND')).toEqual(['GET']);
  });
});

test('two routes cannot claim one address', () => {
  expect(() => createRouter([at('/api/games'), at('/other', ['/api/games'])])).toThrow();
});
