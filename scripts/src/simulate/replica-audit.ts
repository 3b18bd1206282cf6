import type { BothEnds } from '../../../cloud-sync/src/both-ends.ts';
import type { Ledger } from './ledger.ts';
import { type Comparison, compare, holds } from './link-story.ts';
import { outcomeDisagreements, type RemoteStaff } from './remote-staff.ts';

/** What the replica tells when all is over, held against the venue. */
export interface ReplicaAudit extends Comparison {
  /** Remote actions, by what became of them. */
  readonly commands: Readonly<Record<string, number>>;
  readonly disagreements: readonly string[];
}

const catchUpMs = 30_000;
const compareMs = 15_000;

/** Lets the replica catch up, then compares every row. Notes remote steps in the ledger. */
export async function auditReplica(
  ends: BothEnds,
  remote: RemoteStaff,
  ledger: Ledger,
): Promise<ReplicaAudit> {
  if (!(await holds(ends, ends.status().seq, AbortSignal.timeout(catchUpMs)))) {
    const { state, detail, pending_changes } = ends.status();
    const sentence = `the replica has not caught up: ${state}, ${pending_changes} changes wait${detail === null ? '' : ` (${detail})`}`;
    return { result: 'unknown', sentence, commands: {}, disagreements: [sentence] };
  }
  const told = await remote.outcomes(ledger);
  const comparison = await compare(ends, compareMs);
  const commands = Object.fromEntries(
    [...Map.groupBy(told.values(), (status) => status)].map(([status, all]) => [status, all.length]),
  );
  return {
    ...comparison,
    commands,
    disagreements: [
      ...outcomeDisagreements(told, ends.outcomes()),
      ...(comparison.result === 'equal' ? [] : [comparison.sentence]),
    ],
  };
}
