import { Command } from 'commander';
import type { SiteRepair } from '../../../cloud-sync/src/ranges/site-replica.ts';
import { gaveUp } from '../replication/gave-up.ts';

export default new Command('repair')
  .description(
    'makes the replica equal to the venue where it differs, and keeps both images in sync.orphan; exits 0 when nothing is left to do',
  )
  .option('--json', 'print what was done as one JSON object')
  .action(async ({ json }: { json?: true }, command: Command) => {
    try {
      const { atSite } = await import('../replication/site-here.ts');
      const { repairSite } = await import('../../../cloud-sync/src/ranges/site-replica.ts');
      const done = await atSite(repairSite);
      console.log(json ? JSON.stringify(asJson(done)) : asText(done));
      process.exitCode = done.reason !== null ? 2 : done.quarantined > 0 ? 1 : 0;
    } catch (error) {
      gaveUp(command, error, { json, exitCode: 2 });
    }
  });

const asJson = ({ reason, repaired, released, quarantined, onTheirWay }: SiteRepair) => ({
  reason,
  repaired,
  released,
  quarantined,
  on_their_way: onTheirWay,
});

function asText({ reason, repaired, released, quarantined, onTheirWay }: SiteRepair): string {
  if (reason !== null) return `Nothing was repaired: ${reason}.`;
  return [
    `Repaired: ${repaired} rows; what they were is in sync.orphan.`,
    ...(onTheirWay > 0 ? [`${onTheirWay} rows have changed meanwhile; the daemon ships them.`] : []),
    ...(released > 0 ? [`${released} rows left the quarantine.`] : []),
    ...(quarantined > 0
      ? [`${quarantined} rows are quarantined: the replica cannot hold them as they are.`]
      : []),
  ].join('\n');
}
