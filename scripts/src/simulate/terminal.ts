import type { FaultKind, Faults } from './faults.ts';
import { figures, isConsistent, runningLine, summary } from './report.ts';
import { type SimulationOptions, simulate } from './simulation.ts';

const clearLine = '\r\u001b[2K';
const letters: Readonly<Record<string, FaultKind>> = { r: 'rig', w: 'wan', m: 'modem', g: 'glove' };
const help =
  '  r pulls the plug of a rig · w cuts the internet · m unplugs the modem · g takes a glove’s battery out · Ctrl-C ends it';
const controlC = '\u0003';

/** What is done to the venue has the time that its screens show: that of this machine. */
const timeNow = (): string => new Date().toTimeString().slice(0, 5);

/**
 * Runs a simulation for somebody who looks on, until it is over or they stop it; a second signal does not wait.
 * Answers the exit status.
 */
export async function runInTerminal(options: SimulationOptions, json: boolean): Promise<number> {
  const asked = new AbortController();
  const onSignal = () => (asked.signal.aborted ? process.exit(130) : asked.abort());
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onSignal);
  const talks = process.stdout.isTTY && !json;
  let ticking: NodeJS.Timeout | undefined;
  let stopListening = () => {};
  try {
    const outcome = await simulate(
      {
        ...options,
        say(line) {
          if (!json) console.log(`${talks ? clearLine : ''}  ${timeNow()} ${line}`);
        },
        onOpen(tally, clock, faults) {
          if (!talks) return;
          if (process.stdin.isTTY) stopListening = listenToKeys(faults, onSignal);
          ticking = setInterval(() => {
            process.stdout.write(`${clearLine}  ${runningLine(clock.now(), tally)}`);
          }, 500);
        },
      },
      asked.signal,
    );
    if (talks) process.stdout.write(clearLine);
    console.log(json ? JSON.stringify(figures(outcome)) : summary(outcome));
    return isConsistent(outcome) ? 0 : 1;
  } finally {
    clearInterval(ticking);
    stopListening();
  }
}

/** A letter is a fault, now. Answers how to stop listening. */
function listenToKeys(faults: Faults, onControlC: () => void): () => void {
  console.log(help);
  const onKeys = (typed: string) => {
    for (const letter of typed) {
      const kind = letters[letter];
      if (letter === controlC) onControlC();
      else if (kind !== undefined) faults.strike(kind);
    }
  };
  process.stdin.setRawMode(true).setEncoding('utf8').on('data', onKeys);
  return () => {
    process.stdin.off('data', onKeys).setRawMode(false).pause();
  };
}
