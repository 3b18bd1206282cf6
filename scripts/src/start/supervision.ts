import type { Program } from './program.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Programs that live and die together. */
export interface Supervision {
  add(program: Program): void;
  /** Resolves when somebody asked to stop (undefined), or with a sentence on the program that ended by itself. */
  readonly over: Promise<string | undefined>;
  /** Stops all, the last one started first. */
  stop(): Promise<void>;
}

/** Listens for signals from now on: the first one ends the supervision, a second one kills what still runs. */
export function supervise(): Supervision {
  const programs: Program[] = [];
  const { promise: over, resolve } = Promise.withResolvers<string | undefined>();
  let asked = false;
  for (const signal of signals) {
    process.on(signal, () => {
      if (asked) for (const program of programs) program.kill();
      asked = true;
      resolve(undefined);
    });
  }
  return {
    over,
    add(program) {
      programs.push(program);
      void program.ended.then((how) => resolve(`${program.name} ended (${how})`));
    },
    async stop() {
      for (const program of programs.toReversed()) await program.stop();
    },
  };
}
