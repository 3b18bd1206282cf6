/** A bug as somebody might make it: some text of one file is another. */
export interface PlantedBug {
  readonly name: string;
  readonly edits: readonly Edit[];
}
export interface Edit {
  /** From the root of the repository. */
  readonly file: string;
  /** Occurs exactly once. */
  readonly from: string;
  readonly to: string;
}

const bug = (
  name: string,
  ...edits: readonly (readonly [file: string, from: string, to: string])[]
): PlantedBug => ({
  name,
  edits: edits.map(([file, from, to]) => ({ file, from, to })),
});
const shipping = 'cloud-sync/src/shipping';
const log = 'appliance/src/platform/change-log';
const functions = 'cloud-sync/src/schema/functions.sql';

/** Bugs that replications have had, each of which the torture must find. */
export const plantedBugs: readonly PlantedBug[] = [
  bug('nobody compares where the cloud stands', [
    functions,
    "AND s.seq = (header #>> '{from,seq}')::bigint AND s.tok = (header #>> '{from,tok}')::bigint",
    '',
  ]),
  bug('the position moves in a transaction of its own', [
    `${shipping}/cloud-link.ts`,
    "await failpoints.at('in copy');",
    "await connection.query('COMMIT'); await failpoints.at('in copy'); await connection.query('BEGIN');",
  ]),
  bug('histories are told apart by their numbers alone', [
    `${shipping}/handshake.ts`,
    'export function decide(cloud: CloudStanding, venue: VenueHistory): Decision {',
    `export function decide(cloud: CloudStanding, venue: VenueHistory): Decision {
      venue = { ...venue, tokenInLog: (seq) => (seq === cloud.seq ? cloud.tok : null) };`,
  ]),
  bug(
    'who speaks for the site is not asked',
    [`${shipping}/handshake.ts`, "if (cloud.epoch > venue.epoch) return fenced('retired');", ''],
    [
      `${shipping}/handshake.ts`,
      "if (cloud.applianceId !== null && cloud.applianceId !== venue.applianceId) return fenced('duplicate');",
      '',
    ],
  ),
  bug('the log is pruned and does not say so', [
    `${log}/pruning.ts`,
    'if (removed > 0) tx.run(liftFloor, { floor: through });',
    '',
  ]),
  bug(
    'what was not sent is pruned',
    [`${log}/pruning.ts`, 'if (removed > 0) tx.run(liftFloor, { floor: through });', ''],
    [`${log}/change-log.ts`, 'before: acked > newest ? 0 : acked,', 'before: newest,'],
  ),
  bug('folding keeps the oldest entry of a key', [
    `${log}/folding.ts`,
    'if (seen.has(key)) return seq;',
    'if (seen.has(key)) return seq; if (seen.size > 2) return seq;',
  ]),
  bug('deletions are not captured', [
    `${log}/capture-triggers.ts`,
    "delete: log('OLD') }",
    "delete: 'SELECT 1;' }",
  ]),
  bug('a key that changes leaves its old one behind', [
    `${log}/capture-triggers.ts`,
    ' \u0024{logLeft}`',
    '`',
  ]),
  bug(
    'rows that are replaced go without a trigger',
    [
      'appliance/src/platform/database/database.ts',
      "connection.pragma('recursive_triggers = ON');",
      "connection.pragma('recursive_triggers = OFF');",
    ],
    ['appliance/src/platform/database/database.ts', 'recursive_triggers: 1 }', 'recursive_triggers: 0 }'],
  ),
  bug('every part of a catch-up is said to be whole', [
    `${shipping}/next-parcel.ts`,
    'const complete = news.complete && rest === null;',
    'const complete = rest === null;',
  ]),
  bug('deletions are not carried out', [
    functions,
    'IF json_array_length(part.deletes) > 0 THEN',
    'IF json_array_length(part.deletes) > 99 THEN',
  ]),
  bug('a copy of everything leaves what is gone', [
    functions,
    "EXECUTE format('DELETE FROM public.%I t WHERE t.site_id = $1 ', known.name)",
    "EXECUTE format('DELETE FROM public.%I t WHERE t.site_id = $1 AND false ', known.name)",
  ]),
  bug('a cloud that was set back is seen with the next write alone', [
    `${shipping}/shipping-session.ts`,
    'return there.seq === seq && there.tok === tok && there.copying === (place.copy !== null);',
    'return seq >= 0 && tok >= 0;',
  ]),
  bug('large integers are rounded', [
    `${shipping}/json-encoding.ts`,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is source text
    'if (typeof value === \'bigint\') return `"${value}"`;\n  return `"\\\\\\\\x',
    "if (typeof value === 'bigint') return String(Number(value));\n  return `\"\\\\\\\\x",
  ]),
  bug('backslashes are copied as they are', [
    `${shipping}/copy-encoding.ts`,
    'const special = /[\\\\\\n\\r\\t]/gu;',
    'const special = /[\\n\\r\\t]/gu;',
  ]),
  bug('what is mended stays in quarantine', [
    `${shipping}/next-parcel.ts`,
    'const mended = mendedBy(batch, place.quarantine);',
    'const mended = mendedBy(batch, []);',
  ]),
  bug('a poisoned row is dropped', [
    `${shipping}/poison.ts`,
    'quarantined: [...parcel.quarantined, ...held],',
    'quarantined: parcel.quarantined,',
  ]),
  bug('rows are compared by their keys', [
    'cloud-sync/src/ranges/compare.ts',
    "else if (ours.hash !== hash) yield { table, key, kind: 'differs' };",
    '',
  ]),
  bug('a repair keeps no images', [
    'cloud-sync/src/ranges/orphans.ts',
    'for (const { key, row } of orphans) {',
    'for (const { key, row } of orphans.slice(1)) {',
  ]),
];
