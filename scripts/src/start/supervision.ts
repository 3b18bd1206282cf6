import type { Program } from './program.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** One Ctrl-C below npm arrives twice: from the terminal, and handed on by npm. */
const echoMs = 1_000;

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
  let askedAt: number | undefined;
  for (const signal of signals) {
    process.on(signal, () => {
      if (askedAt !== undefined && performance.now() - askedAt < echoMs) return;
      if (askedAt !== undefined) for (const program of programs) program.kill();
      askedAt ??= performance.now();
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
