import { describe, expect, it } from 'vitest';
import { verbsOf } from './verbs.ts';

describe('the verbs of a row', () => {
  it('are the two most used, and the rest of what is allowed', () => {
    const verbs = verbsOf({
      state: 'recalled',
      allowed: ['queue', 'confirm', 'hold', 'no-show', 'cancel', 'remind', 'undo'],
    });
    expect(verbs.foremost).toEqual(['confirm', 'remind']);
    expect(verbs.others).toEqual(['queue', 'hold', 'no-show', 'cancel', 'undo']);
  });

  it('never include what the appliance does not allow', () => {
    expect(verbsOf({ state: 'queued', allowed: ['hold'] })).toEqual({ foremost: ['hold'], others: [] });
    expect(verbsOf({ state: 'playing', allowed: [] })).toEqual({ foremost: [], others: [] });
  });

  it('show what is allowed even in a state that has no favourites', () => {
    expect(verbsOf({ state: 'cancelled', allowed: ['undo'] })).toEqual({ foremost: [], others: ['undo'] });
  });
});
