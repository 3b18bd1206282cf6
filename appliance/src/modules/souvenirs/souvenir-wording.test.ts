import { describe, expect, it } from 'vitest';
import { printable, type SouvenirContent, wordingOf } from './souvenir-wording.ts';

const content: SouvenirContent = {
  attraction: 'derby',
  attractionName: 'Home Run Derby',
  name: 'Zoë',
  score: 1280,
  distance: 142.64,
  homeruns: 7,
  venue: 'Riverside Park',
  date: '14 June 2026',
  url: 'https://play.example/s/K7M2QX9A',
  photo: null,
};

describe('the words of a souvenir', () => {
  it('tell a derby by three figures', () => {
    expect(wordingOf(content)).toMatchObject({
      title: 'HOME RUN DERBY',
      score: { value: '1,280', label: 'POINTS' },
      figures: [
        { value: '142.6 m', label: 'LONGEST HIT' },
        { value: '7', label: 'HOME RUNS' },
      ],
      url: 'play.example/s/K7M2QX9A',
    });
  });

  it('tell other attractions by the score alone', () => {
    expect(wordingOf({ ...content, distance: null, homeruns: null }).figures).toEqual([]);
  });

  it('count one as one', () => {
    expect(wordingOf({ ...content, score: 1, homeruns: 1 })).toMatchObject({
      score: { label: 'POINT' },
      figures: [{}, { label: 'HOME RUN' }],
    });
  });

  it.each([null, '', ' \u202E\u0000 '])('name nobody when there is no name to print: %j', (name) => {
    expect(wordingOf({ ...content, name }).name).toBe('All-Star');
  });
});

describe('a printable line', () => {
  it.each([
    [
      'keeps every script',
      'Łukasz Ελένη Юля שלום محمد नमस्ते 山田 김 🎉',
      'Łukasz Ελένη Юля שלום محمد नमस्ते 山田 김 🎉',
    ],
    ['keeps emoji whole', '👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿❤️', '👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿❤️'],
    ['is one line', ' a\n\tb\u2028c ', 'a b c'],
    ['has no controls and no direction of its own', 'a\u0000\u0007b\u202Ec\u2066d', 'abcd'],
    ['has only characters there are', 'a\u{10FFFF}\u{E000}b', 'ab'],
    ['replaces half a surrogate pair', 'a\uD800b', 'a\uFFFDb'],
    ['reads letters of mathematics', '𝓐𝓷𝓪', 'Ana'],
    ['builds no towers', `Z${'\u0351'.repeat(30)}`, `Z${'\u0351'.repeat(4)}`],
    ['is text', '<b>&amp;', '<b>&amp;'],
  ])('%s', (_, text, line) => {
    expect(printable(text)).toBe(line);
  });
});
