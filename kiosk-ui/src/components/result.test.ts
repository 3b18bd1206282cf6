import { describe, expect, it } from 'vitest';
import { fieldsOf, readResult } from './result.ts';

describe('a typed result', () => {
  it('of a derby is three figures', () => {
    expect(fieldsOf('derby')).toEqual(['score', 'homeruns', 'distance']);
    expect(readResult({ score: ' 12480 ', homeruns: '7', distance: '131,5' }, 'derby')).toEqual({
      input: { score: 12480, homeruns: 7, distance: 131.5 },
    });
  });

  it('of anything else is the score alone, whatever stands in the other fields', () => {
    expect(readResult({ score: '11', homeruns: '3', distance: 'x' }, 'pong')).toEqual({
      input: { score: 11 },
    });
  });

  it('names every field that is no figure', () => {
    expect(readResult({ score: '', homeruns: '1.5', distance: '-4' }, 'derby')).toEqual({
      wrong: ['score', 'homeruns', 'distance'],
    });
    expect(readResult({ score: '1e3', homeruns: '0', distance: '0' }, 'derby')).toEqual({ wrong: ['score'] });
    expect(readResult({ score: '9'.repeat(10), homeruns: '', distance: '' }, 'pong')).toEqual({
      wrong: ['score'],
    });
  });

  it('may be nothing at all: zero is a result', () => {
    expect(readResult({ score: '0', homeruns: '0', distance: '0' }, 'derby')).toEqual({
      input: { score: 0, homeruns: 0, distance: 0 },
    });
  });
});
