import { figures, isConsistent, runningLine, summary } from './report.ts';
import { type SimulationOptions, simulate } from './simulation.ts';

const clearLine = '\r\u001b[2K';

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
  try {
    const outcome = await simulate(
      {
        ...options,
        onOpen(tally, clock) {
          if (talks)
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
  }
}
