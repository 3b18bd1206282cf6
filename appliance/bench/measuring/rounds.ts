import { setTimeout as delay } from 'node:timers/promises';

/** What a server has left to the disk is not the next one's time. */
const untilSettledMs = 500;

/**
 * Measures every subject in turn, `rounds` times over: each round begins with another one, and every second round goes
 * backwards, so that what the machine does beside, and what a predecessor leaves behind, hits all alike. Answers the
 * measurements of each subject, round by round.
 */
export async function inRounds<Subject, Measured>(
  subjects: readonly Subject[],
  rounds: number,
  measure: (subject: Subject) => Promise<Measured>,
  settledMs = untilSettledMs,
): Promise<Measured[][]> {
  const measured: Measured[][] = subjects.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const index of orderOf(round, subjects.length)) {
      const subject = subjects[index];
      if (subject === undefined) continue;
      measured[index]?.push(await measure(subject));
      await delay(settledMs);
    }
  }
  return measured;
}

function orderOf(round: number, count: number): number[] {
  const order = Array.from({ length: count }, (_, turn) => (round + turn) % count);
  return round % 2 === 0 ? order : order.reverse();
}
