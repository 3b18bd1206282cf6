import { createHash, timingSafeEqual } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { createTurns } from '../../platform/turns.ts';

/** argon2id with the parameters of the OWASP Password Storage Cheat Sheet: 19 MiB, two passes, one lane. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

const ofSecret = 'sha256$';

export interface Passwords {
  /** One at a time: each takes a thread of the pool that also draws souvenirs, and sign-ups are open to everybody. */
  hash(password: string): Promise<string>;
  /**
   * For a secret that was drawn here, of 128 bits or more: nobody guesses it, however cheap a guess is. So a thousand
   * devices that come back after a power cut are checked in microseconds each.
   */
  hashSecret(secret: string): string;
  /**
   * Takes as long for an unknown user (`undefined`) as for one with a password. The caller bounds how many run at once.
   */
  verify(passwordHash: string | undefined, password: string): Promise<boolean>;
}

const inTurn = createTurns(1);
const hashInTurn = (password: string) => inTurn(() => hash(password, cost));
/** Made before anybody asks, so that the first unknown user takes no longer either; once for all sites of a replica. */
let hashOfNobody: Promise<string> | undefined;

export function createPasswords(): Passwords {
  hashOfNobody ??= hashInTurn('nobody has this password');
  const nobody = hashOfNobody;
  return {
    hash: hashInTurn,
    hashSecret: (secret) => ofSecret + digest(secret).toString('hex'),
    async verify(passwordHash, password) {
      if (passwordHash?.startsWith(ofSecret)) {
        return timingSafeEqual(digest(password), Buffer.from(passwordHash.slice(ofSecret.length), 'hex'));
      }
      const matches = await verify(passwordHash ?? (await nobody), password);
      return matches && passwordHash !== undefined;
    },
  };
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
