import { hash, verify } from '@node-rs/argon2';
import { createTurns } from '../../platform/turns.ts';

/** argon2id with the parameters of the OWASP Password Storage Cheat Sheet: 19 MiB, two passes, one lane. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export interface Passwords {
  /** One at a time: each takes a thread of the pool that also draws souvenirs, and sign-ups are open to everybody. */
  hash(password: string): Promise<string>;
  /** Takes as long for an unknown user (`undefined`) as for a known one. The caller bounds how many run at once. */
  verify(passwordHash: string | undefined, password: string): Promise<boolean>;
}

export function createPasswords(): Passwords {
  const inTurn = createTurns(1);
  const hashInTurn = (password: string) => inTurn(() => hash(password, cost));
  const nobody = hashInTurn('nobody has this password');
  return {
    hash: hashInTurn,
    async verify(passwordHash, password) {
      const matches = await verify(passwordHash ?? (await nobody), password);
      return matches && passwordHash !== undefined;
    },
  };
}
