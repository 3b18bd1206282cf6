import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import type { SyncStatus } from '../../../appliance/contract/replication.ts';
import { gaveUp } from '../replication/gave-up.ts';

export default new Command('status')
  .description('says how the replication of this venue stands, from its data directory alone')
  .option('--json', 'print it as one JSON object')
  .action(async ({ json }: { json?: true }, command: Command) => {
    try {
      const { loadDaemonConfig } = await import('../../../cloud-sync/src/config.ts');
      const { readStatus } = await import('../../../cloud-sync/src/shipping/status.ts');
      const { dataDirectory } = loadDaemonConfig();
      const found = readStatus(dataDirectory);
      console.log(json ? JSON.stringify(found) : asText(found, existsSync(join(dataDirectory, 'dugout.db'))));
    } catch (error) {
      gaveUp(command, error, { json, exitCode: 2 });
    }
  });

function asText(found: SyncStatus, hasDatabase: boolean): string {
  if (!hasDatabase) return 'There is no database here yet.';
  return [
    `state         ${found.state}${found.detail === null ? '' : `: ${found.detail}`}`,
    `changes       ${found.acked_seq} of ${found.seq} are in the replica; ${found.pending_changes} wait`,
    `behind        ${found.lag_ms === null ? 'unknown' : duration(found.lag_ms)}`,
    `last contact  ${found.last_contact_at ?? 'never'}`,
    `epoch         ${found.epoch}`,
  ].join('\n');
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
