import { Command, InvalidArgumentError } from 'commander';
import type { SiteVerification } from '../../../cloud-sync/src/ranges/site-replica.ts';
import { keyJson } from '../../../cloud-sync/src/shipping/json-encoding.ts';
import { gaveUp } from '../replication/gave-up.ts';

interface Options {
  json?: true;
  wait: number;
  limit: number;
  media?: true;
}

const whole = (text: string): number => {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0) throw new InvalidArgumentError('must be a whole number');
  return number;
};

export default new Command('verify')
  .description(
    'compares the replica with the venue, row by row, and changes nothing; exits 0 when they are equal, 1 when they differ, 2 when it could not tell',
  )
  .option('--wait <seconds>', 'how long rows that are changing are looked at again', whole, 30)
  .option('--limit <rows>', 'how many differences are named; all are counted', whole, 100)
  .option('--media', 'pictures that have not arrived are a difference, too')
  .option('--json', 'print the findings as one JSON object')
  .action(async ({ json, wait, limit, media }: Options, command: Command) => {
    try {
      // A driver of Postgres is not what other verbs should wait for.
      const { atSite } = await import('../replication/site-here.ts');
      const { verifySite } = await import('../../../cloud-sync/src/ranges/site-replica.ts');
      const found = await atSite((here) => verifySite(here, { waitMs: wait * 1_000, limit }));
      const picturesCount = media === true && (found.pictures?.missing ?? 0) > 0;
      const result = found.result === 'equal' && picturesCount ? 'different' : found.result;
      console.log(json ? JSON.stringify(asJson(found, result)) : asText(found, result));
      process.exitCode = { equal: 0, different: 1, unknown: 2 }[result];
    } catch (error) {
      gaveUp(command, error, { json, exitCode: 2 });
    }
  });

const asJson = (found: SiteVerification, result: string) => ({
  result,
  reason: found.reason,
  replica_seq: found.replicaAt,
  venue_seq: found.venueAt,
  rows: found.rows,
  difference_count: found.differenceCount,
  differences: found.differences.map(({ table, key, kind, quarantined }) => ({
    table,
    key: JSON.parse(keyJson(key)) as unknown,
    kind,
    quarantined,
  })),
  tables_on_one_side: found.oneSided,
  undecided: found.undecided,
  pictures: found.pictures,
});

const kinds = {
  differs: 'differs',
  only_venue: 'is missing in the replica',
  only_replica: 'is in the replica alone',
};

function asText(found: SiteVerification, result: string): string {
  const lines = {
    equal: `Equal: ${found.rows} rows, at change ${found.replicaAt}.`,
    different: `Different: ${found.differenceCount} of ${found.rows} rows.`,
    unknown: `Could not tell: ${found.reason}.`,
  };
  const named = found.differences.map(
    ({ table, key, kind, quarantined }) =>
      `  ${table} ${keyJson(key)} ${kinds[kind]}${quarantined === null ? '' : ` (quarantined: ${quarantined})`}`,
  );
  const more = found.differenceCount - found.differences.length;
  return [
    lines[result as keyof typeof lines],
    ...named,
    ...(more > 0 ? [`  … and ${more} more`] : []),
    ...found.oneSided.map(
      ({ table, on, rows }) =>
        `  ${table}: ${rows} rows at the ${on} alone, the other side has no such table`,
    ),
    ...(found.undecided > 0 && result !== 'unknown' ? [`${found.undecided} rows were still changing.`] : []),
    ...picturesText(found),
  ].join('\n');
}

const picturesText = ({ pictures }: SiteVerification): string[] =>
  pictures === null || pictures.missing === 0
    ? []
    : [`${pictures.missing} of ${pictures.named} pictures are under way.`];
