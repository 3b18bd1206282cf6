import { describe, expect, it } from 'vitest';
import { dataTrueAt, learnDataAge } from './data-age.ts';

const answer = (lag?: string) => new Headers(lag === undefined ? {} : { 'data-lag-ms': lag });

describe('the age of a replica’s data', () => {
  it('is not known at a venue', () => {
    learnDataAge(answer(), 50_000);
    expect(dataTrueAt()).toBeNull();
  });

  it('is counted from the moment at which they were the venue’s, by this device’s clock', () => {
    learnDataAge(answer('2000'), 50_000);
    expect(dataTrueAt()).toBe(48_000);
    learnDataAge(answer('0'), 51_000);
    expect(dataTrueAt()).toBe(51_000);
  });

  it('grows when the venue is silent: each answer tells a greater lag, and the moment stays', () => {
    learnDataAge(answer('1000'), 60_000);
    learnDataAge(answer('11000'), 70_000);
    expect(dataTrueAt()).toBe(59_000);
  });

  it.each(['', 'null', '-5', 'soon'])('does not change by %j', (lag) => {
    learnDataAge(answer('0'), 80_000);
    learnDataAge(answer(lag), 90_000);
    expect(dataTrueAt()).toBe(80_000);
  });
});
