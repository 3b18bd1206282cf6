import { V7Generator } from 'uuidv7';
import type { Clock } from './clock.ts';
import { createRandomSource } from './random-source.ts';

export interface Ids {
  /** UUIDv7: sorts by time of making within this process, even when the wall clock steps back. */
  next(): string;
  /**
   * Identifiers made from now on sort behind those made before this moment by an earlier run, although the wall clock
   * has been set back since: what was said last must count last.
   */
  notBefore(epochMs: number): void;
  /** `length` characters of Crockford base 32, 5 bits each: unguessable from about 10 on. */
  code(length: number): string;
}

/** Without the letters that are read as digits (I, L, O) or spell words (U). */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** A clock that steps back by less than this keeps the order; after a larger step the order restarts. */
const rollbackAllowanceMs = 24 * 3_600_000;

export function createIds(clock: Pick<Clock, 'now'>): Ids {
  const random = createRandomSource();
  const generator = new V7Generator(random);
  return {
    next: () => generator.generateOrResetCore(clock.now(), rollbackAllowanceMs).toString(),
    notBefore: (epochMs) => void generator.generateOrResetCore(epochMs, rollbackAllowanceMs),
    code(length) {
      let code = '';
      for (const byte of random.bytes(length)) code += alphabet.charAt(byte & 31);
      return code;
    },
  };
}
