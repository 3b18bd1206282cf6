import type { z } from 'zod';
import type { Readiness } from '../../../contract/operations.ts';
import type { Clock } from '../clock.ts';
import { Problem } from '../errors.ts';

/** Thrown by a check: the reason is for the public, so it says nothing of a person and nothing secret. */
export class NotReady extends Error {
  override readonly name = 'NotReady';
}

export interface HealthCheck {
  /** What is looked at: `database`, `broker`, `disk`, `clock`. */
  readonly name: string;
  /** What it finds is told, and the appliance is ready all the same: it does everything else. */
  readonly reportedOnly?: true;
  /** Throws `NotReady` when the appliance should not be sent work. */
  check(): void | Promise<void>;
}

export interface Health {
  add(check: HealthCheck): void;
  readiness(): Promise<z.output<typeof Readiness>>;
}

const limitMs = 2_000;

/** Whether the appliance can do its work: every part is asked, and one that does not answer in time is not ready. */
export function createHealth(clock: Clock): Health {
  const checks: HealthCheck[] = [];

  async function reasonAgainst({ check }: HealthCheck): Promise<string | undefined> {
    let cancel = () => {};
    const late = new Promise<never>((_resolve, reject) => {
      cancel = clock.after(limitMs, () => reject(new NotReady(`no answer within ${limitMs} ms`)));
    });
    try {
      await Promise.race([(async () => check())(), late]);
      return undefined;
    } catch (error) {
      if (error instanceof NotReady) return error.message;
      return error instanceof Problem ? error.kind.title : 'the check itself failed';
    } finally {
      cancel();
    }
  }

  return {
    add: (check) => void checks.push(check),
    async readiness() {
      const results = await Promise.all(
        checks.map(async (check) => ({ ...check, reason: await reasonAgainst(check) })),
      );
      return {
        ready: results.every(({ reason, reportedOnly }) => reason === undefined || reportedOnly === true),
        checks: Object.fromEntries(
          results.map(({ name, reason }) => [
            name,
            reason === undefined ? { ok: true } : { ok: false, reason },
          ]),
        ),
      };
    },
  };
}
