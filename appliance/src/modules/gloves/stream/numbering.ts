import type { GloveFrame } from '../../../../contract/glove-frame.ts';
import { createGloveLife, type Fit, type GloveLife, type Taken } from './glove-life.ts';

/** The current life, the one before and a stray one. */
const mostLives = 3;
/** Rule `clock_was_set`: so many frames in a row that go on from one another begin a life, though their time is earlier. */
const framesToBelieve = 3;

/** What says most clearly that a frame is of a life comes first. */
const clearest: readonly Fit[] = ['goes_on', 'recognised', 'after_gap', 'old'];

export interface Numbered {
  /** Samples that came for the first time; empty for a repetition and for what is refused. */
  readonly taken: readonly Taken[];
  readonly life: GloveLife | null;
  readonly outcome: 'continued' | 'began' | 'repeated' | 'time_backwards';
}

/**
 * The numbering of one glove: each sample is taken once, however often, late or out of order it comes. A frame belongs
 * to the life that it fits most clearly, the current one before those before it, so that neither a restart nor one stray frame
 * loses what comes late from another; where it fits none it begins one, and what lies between is no loss.
 */
export function createNumbering() {
  let lives: GloveLife[] = [];
  let backwards: { frames: number; life: GloveLife } | null = null;

  function begin(frame: GloveFrame, arrivalUs: number): Numbered {
    const life = createGloveLife(frame, arrivalUs);
    return believe(life, life.take(frame, arrivalUs));
  }

  function believe(life: GloveLife, taken: readonly Taken[]): Numbered {
    lives = [life, ...lives].slice(0, mostLives);
    backwards = null;
    return { taken, life, outcome: 'began' };
  }

  /** The frames before the third are not handed on: they were refused. */
  function goBack(frame: GloveFrame, arrivalUs: number): Numbered {
    if (backwards === null || !clearest.includes(backwards.life.fit(frame, arrivalUs))) {
      backwards = { frames: 0, life: createGloveLife(frame, arrivalUs) };
    }
    const taken = backwards.life.take(frame, arrivalUs);
    if (taken.length > 0) backwards.frames += 1;
    if (backwards.frames >= framesToBelieve) return believe(backwards.life, taken);
    return { taken: [], life: null, outcome: 'time_backwards' };
  }

  return {
    /** `arrivalUs`: on a clock that only goes forward. */
    take(frame: GloveFrame, arrivalUs: number): Numbered {
      const fits = lives.map((life) => life.fit(frame, arrivalUs));
      for (const fit of clearest) {
        const index = fits.indexOf(fit);
        const life = lives[index];
        if (life === undefined) continue;
        const taken = life.take(frame, arrivalUs);
        if (taken.length > 0 && index === 0) backwards = null;
        return { taken, life, outcome: taken.length > 0 ? 'continued' : 'repeated' };
      }
      return fits[0] === 'time_backwards' ? goBack(frame, arrivalUs) : begin(frame, arrivalUs);
    },
  };
}
