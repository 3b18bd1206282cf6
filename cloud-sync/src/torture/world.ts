import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, systemClock } from '@dugout/appliance/platform/clock.ts';
import Sqlite from 'better-sqlite3';
import { pino } from 'pino';
import type { Brought } from '../commands/appliance-door.ts';
import { connect, withConnection } from '../postgres/connection.ts';
import { PostgresFailure } from '../postgres/failure.ts';
import { repairSite, verifySite } from '../ranges/site-replica.ts';
import { setVenueAside, venueWins } from '../restore/resolve.ts';
import { restoreFromCloud } from '../restore/restore.ts';
import { commandValues, insertCommand } from '../testing/asked-in-the-cloud.ts';
import type { TestCloud } from '../testing/cloud-on-server.ts';
import { aMortalDaemon, type MortalDaemon, type Strike } from './mortal-daemon.ts';
import type { Life, Step, Write } from './steps.ts';
import {
  difference,
  everyTable,
  rowsOfCloud,
  type Shown,
  type Standing,
  type StoredRows,
  writtenTables,
} from './stored-rows.ts';
import {
  aVenueDirectory,
  copyOf,
  type History,
  migrations,
  openTortureVenue,
  pointOf,
  putBack,
  type Statement,
  type TortureVenue,
  type VenueCopy,
} from './torture-venue.ts';

/** Replication has not kept a promise. */
export class PromiseBroken extends Error {
  override readonly name = 'PromiseBroken';
}

const logger = pino({ level: process.env['DUGOUT_TEST_LOG'] ?? 'silent' });
const wait = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    systemClock.deadline(ms, resolve);
  });

const texts = [
  'Ann',
  '',
  "'; DROP TABLE players --",
  '🏟️\u{10ffff}',
  'e\u{301}',
  '\u{fffd}',
  'null',
  '\\x41',
  '\\N',
  'a\tb\nc\rd',
  '"quoted"',
  ' ',
  '\u{1}\u{7f}\u{85}\u{2028}',
  '\\',
  'ß'.repeat(200),
  '{"a":1,"a":2}',
];
const reals = [0.1 + 0.2, 5e-324, 1, 0, -0, 2 ** -1022, 1 / 3];
const numbers = [0n, 2n ** 62n, -(2n ** 62n), 9_007_199_254_740_993n, -1n, 2n ** 53n];

/** Two sides of one site, what befalls them, and the promises that are held against it all. */
export async function aWorld(
  cloud: TestCloud,
  site: string,
  life: Pick<Life, 'keys'> & { readonly patienceMs: number },
) {
  const { patienceMs } = life;
  let jumped = 0;
  const clock: Clock = { ...systemClock, now: () => systemClock.now() + jumped };
  const siteUrl = await cloud.siteUrl(site);
  const directories = new Set<string>();
  const access = {
    configured: true,
    connect: (name: string, settings = {}) => connect(siteUrl, { ...settings, name }),
  };
  const asked = new Map<string, { fate: string; away: number; lost: boolean }>();
  let venue: TortureVenue = openTortureVenue(own(aVenueDirectory(clock)), clock);
  let daemon: MortalDaemon | undefined;
  const graves: MortalDaemon[] = [];
  let copies: Copies[] = [];
  /** Rows of a venue that died, which the cloud has in its quarantine alone. */
  const heirlooms = new Set<string>();
  let number = 0;
  let watching = true;
  let broken: unknown;

  function own(directory: string): string {
    directories.add(directory);
    return directory;
  }

  const fail = (what: string): never => {
    throw new PromiseBroken(what);
  };

  /** Looks at the cloud once, and holds it against what the venue was. */
  async function observe(): Promise<Shown> {
    const { history } = venue;
    const shown = await rowsOfCloud(cloud, site);
    if (watching) hold(shown, history);
    return shown;
  }

  function hold({ standing, rows }: Shown, history: History): void {
    if (standing === null || standing.seq === 0) return;
    if (standing.cursor !== null || standing.consistent_seq !== standing.seq) return;
    const then = history.commits.get(pointOf(standing));
    if (then === undefined)
      throw new PromiseBroken(`the cloud is whole at ${pointOf(standing)}, where no commit ended`);
    const found = difference(rows, then);
    if (found !== null) fail(`the cloud is whole at ${pointOf(standing)}, but ${found}`);
  }

  const standing = async (): Promise<Standing | null> =>
    (
      await cloud.sql<{ site: Standing }>(
        'SELECT row_to_json(s) AS site FROM sync.site s WHERE site_id = $1',
        [site],
      )
    )[0]?.site ?? null;

  async function start(at: TortureVenue = venue): Promise<MortalDaemon> {
    const limits = { keys: life.keys, bytes: 4e6 };
    return aMortalDaemon({
      ...{ directory: at.directory, site, siteUrl, clock, limits },
      bring: (command) => bring(at, command),
      async onApplied() {
        if (!watching || at !== venue) return;
        await observe().catch((error: unknown) => {
          broken ??= error;
        });
      },
    });
  }
  async function running(): Promise<MortalDaemon> {
    if (daemon === undefined || daemon.isDead) daemon = await start();
    return daemon;
  }
  async function stopDaemon(): Promise<void> {
    await daemon?.stop();
    daemon = undefined;
  }

  /** The appliance's part of a command: its effect and its answer in one commit, once. */
  async function bring(
    at: TortureVenue,
    { id, expires_in_ms }: { id: string; expires_in_ms: number },
  ): Promise<Brought> {
    const plan = asked.get(id) ?? { fate: 'well', away: 0, lost: false };
    if (plan.fate === 'away' && plan.away < 2) {
      plan.away += 1;
      return { kind: 'away', why: 'it is restarting' };
    }
    const known = at.read<{ status: string }>('SELECT status FROM command_inbox WHERE command_id = ?', id)[0];
    const status =
      known?.status ?? (expires_in_ms <= 0 ? 'expired' : plan.fate === 'refused' ? 'rejected' : 'applied');
    if (known === undefined) {
      const effect: Statement[] =
        status === 'applied'
          ? [
              [
                'INSERT INTO counters (name, value) VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1',
                `command ${id}`,
              ],
            ]
          : [];
      await at.write(...effect, [
        "INSERT INTO command_inbox (command_id, status, method, path, asked_at, executed_at) VALUES (?, ?, 'POST', '/', 0, ?)",
        id,
        status,
        clock.now(),
      ]);
    }
    if (plan.fate === 'answer lost' && !plan.lost) {
      plan.lost = true;
      return { kind: 'failed', why: 'its answer was lost' };
    }
    return { kind: 'answered', outcome: { status: status as 'applied', answer: null } };
  }

  /** Waits until the cloud has all that the venue has, without doing anything for it. */
  async function settle(): Promise<void> {
    const end = systemClock.monotonic() + patienceMs;
    const running_ = await running();
    running_.network.heal();
    for (;;) {
      if (broken !== undefined) throw broken;
      const there = await standing();
      const head = venue.head();
      const isWhole =
        there !== null &&
        there.cursor === null &&
        there.consistent_seq === head.seq &&
        pointOf(there) === pointOf(head) &&
        there.state === 'live';
      if (isWhole && pointOf(venue.head()) === pointOf(head)) break;
      const here = running_.state();
      if (here.state === 'fenced') fail(`the venue is fenced, and should not be: ${here.detail}`);
      if (systemClock.monotonic() > end)
        fail(
          `the cloud does not catch up: it stands at ${JSON.stringify(there)}, the venue at ${JSON.stringify({ ...head, ...venue.life() })}, the daemon says ${JSON.stringify(here)}`,
        );
      await wait(5);
    }
    const shown = await observe();
    const { poisoned } = venue.seen(writtenTables);
    const missing = [...poisoned].filter((name) => !shown.quarantine.has(name));
    const surplus = [...shown.quarantine].filter((name) => !poisoned.has(name) && !heirlooms.has(name));
    if (missing.length > 0) fail(`not in quarantine: ${missing.join(', ')}`);
    if (surplus.length > 0) fail(`in quarantine, and nothing is wrong with it: ${surplus.join(', ')}`);
  }

  const here = () => ({ site, dataDirectory: venue.directory, cloud: access, clock: systemClock, logger });

  /** What the product itself says of both sides must be so: `wrong` are the rows that differ. */
  async function verified(wrong: ReadonlySet<string>): Promise<void> {
    const found = await verifySite(here(), { waitMs: 5_000, limit: 1_000 });
    const named = found.differences.map(({ table, key }) => `${table} ${key.join(' ')}`).sort();
    const expected = [...wrong].sort();
    const result = expected.length > 0 ? 'different' : 'equal';
    if (found.result !== result || JSON.stringify(named) !== JSON.stringify(expected))
      fail(
        `verify says ${found.result} (${found.reason}), naming ${named.join(', ') || 'nothing'}; what differs is ${expected.join(', ') || 'nothing'}`,
      );
  }

  /** After all that happened: everything is everywhere, and every promise was kept. */
  async function finish(): Promise<void> {
    await settle();
    await commandsEnded();
    await settle();
    const shown = await rowsOfCloud(cloud, site, everyTable);
    const seen = venue.seen(everyTable);
    const found = difference(shown.rows, seen);
    if (found !== null) fail(`in the end ${found}`);
    await verified(seen.poisoned);
    for (let more = 0; more < 8 && venue.entries() > 3; more += 1) await venue.housekeep(2, 60);
    if (venue.entries() > 3)
      fail(`the log has ${venue.entries()} entries that the cloud holds since long ago`);
    await settle();
    await isolation();
  }

  async function commandsEnded(): Promise<void> {
    const end = systemClock.monotonic() + patienceMs;
    for (;;) {
      const rows = await cloud.sql<{ id: string; status: string; open: boolean; count: number | null }>(
        `SELECT c.id, c.status, c.open, n.value AS count FROM sync.command_state c
         LEFT JOIN public.counters n ON n.site_id = c.site_id AND n.name = 'command ' || c.id
         WHERE c.site_id = $1`,
        [site],
      );
      for (const { id, status, count } of rows) {
        if ((count ?? 0) > 1) fail(`the command ${id} was done ${count} times`);
        if ((status === 'applied') !== (count === 1) && status !== 'needs_review')
          fail(`the command ${id} is ${status}, and was done ${count ?? 0} times`);
      }
      const open = rows.filter((row) => row.open);
      if (open.length === 0) return;
      if (systemClock.monotonic() > end) fail(`the command ${open[0]?.id} is ${open[0]?.status} for ever`);
      await wait(10);
    }
  }

  /** A neighbour whose rows nobody else may touch. */
  async function isolation(): Promise<void> {
    const [row] = await cloud.sql<{ rows: string }>(
      "SELECT string_agg(t::text, ',' ORDER BY id) AS rows FROM public.players t WHERE site_id = 'neighbour'",
    );
    if (row?.rows !== neighbour) fail(`a neighbour’s rows have become ${row?.rows}`);
  }
  await cloud.sql(
    `INSERT INTO public.players (site_id, id, name, language, created_at)
     SELECT 'neighbour', 'g' || n, 'Ann', 'en', 1 FROM generate_series(0, 11) n ON CONFLICT DO NOTHING`,
  );
  const [before] = await cloud.sql<{ rows: string }>(
    "SELECT string_agg(t::text, ',' ORDER BY id) AS rows FROM public.players t WHERE site_id = 'neighbour'",
  );
  const neighbour = before?.rows;

  function statementsOf(writes: readonly Write[]): Statement[] {
    number += 1;
    const statements: Statement[] = [
      [
        "INSERT INTO counters (name, value) VALUES ('tx', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        number,
      ],
    ];
    for (const one of writes) statements.push(...statementsFor(one));
    return statements;
  }

  function statementsFor(one: Write): Statement[] {
    if (one.op === 'swap')
      return [
        ["DELETE FROM users WHERE id IN ('u3', 'u4')"],
        [
          'INSERT INTO users (id, username, username_key, role, password_hash, created_at) VALUES (?, ?, ?, ?, ?, 1) ON CONFLICT DO NOTHING',
          'u1',
          'a',
          'torture a',
          'staff',
          'x',
        ],
        [
          'INSERT INTO users (id, username, username_key, role, password_hash, created_at) VALUES (?, ?, ?, ?, ?, 1) ON CONFLICT DO NOTHING',
          'u2',
          'b',
          'torture b',
          'staff',
          'x',
        ],
        ["UPDATE users SET username_key = 'torture ' || id WHERE id IN ('u1', 'u2')"],
        [
          "UPDATE users SET username_key = 'torture ' || CASE WHEN (id = 'u1') = (? % 2 = 0) THEN 'a' ELSE 'b' END WHERE id IN ('u1', 'u2')",
          number,
        ],
      ];
    if (one.op === 'usurp')
      return [
        [
          "INSERT OR REPLACE INTO users (id, username, username_key, role, password_hash, created_at) VALUES (?, 'c', 'torture a', 'staff', 'x', ?)",
          `u${3 + (number % 2)}`,
          number,
        ],
      ];
    const id = `g${one.row}`;
    if (one.op === 'measure')
      return [
        [
          "INSERT INTO device_presence (device, presence, at, battery, clock_measured_ms) VALUES (?, 'online', ?, ?, ?) ON CONFLICT (device) DO UPDATE SET at = excluded.at, battery = excluded.battery, clock_measured_ms = excluded.clock_measured_ms",
          `d${one.row % 4}`,
          number,
          reals[one.real] ?? null,
          -(reals[one.real] ?? 1),
        ],
      ];
    if (one.op === 'large') return [upsertGuest(id, 'x'.repeat(1_200_000 + number), null)];
    const text = texts[one.text] ?? 'Ann';
    const remove: Statement = ['DELETE FROM players WHERE id = ?', id];
    const put = upsertGuest(id, text, one.text % 3 === 0 ? null : text);
    if (one.op === 'remove') return [remove];
    if (one.op === 'remake') return [remove, put];
    if (one.op === 'rekey')
      return [
        ['DELETE FROM players WHERE id = ?', `g${(one.row + 5) % 12}`],
        ['UPDATE players SET id = ?, birth_year = ? WHERE id = ?', `g${(one.row + 5) % 12}`, number, id],
      ];
    if (one.op === 'change')
      return [['UPDATE players SET name = ?, email = NULL, birth_year = ? WHERE id = ?', text, number, id]];
    return [put];
  }
  const upsertGuest = (id: string, name: string, email: string | null): Statement => [
    "INSERT INTO players (id, name, email, birth_year, language, created_at) VALUES (?, ?, ?, ?, 'en', ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name, email = excluded.email, birth_year = excluded.birth_year",
    id,
    name,
    email,
    number,
    numbers[number % numbers.length] ?? 0n,
  ];

  const someWrites = (count: number, at = venue): Promise<void> =>
    [...Array(count).keys()].reduce<Promise<void>>(
      (line, each) =>
        line.then(() =>
          at.write(...statementsOf([{ op: 'add', row: (number * 7 + each) % 12, text: number % 12 }])),
        ),
      Promise.resolve(),
    );

  /** Strikes the daemon at a place that it comes by, with something to ship. */
  async function strike(blow: Strike): Promise<void> {
    const struck = (await running()).struck(blow);
    await someWrites(1);
    await struck;
  }

  /** Waits until `at` is told that there are two histories, and holds the cloud against it meanwhile. */
  async function fenced(at: MortalDaemon, before: Shown): Promise<void> {
    const end = systemClock.monotonic() + patienceMs;
    while (at.state().state !== 'fenced') {
      if (systemClock.monotonic() > end)
        fail(
          `two histories, and nobody is told: the daemon says ${JSON.stringify(at.state())}, the cloud ${JSON.stringify(await standing())}`,
        );
      await wait(5);
    }
    const after = await rowsOfCloud(cloud, site);
    if (after.standing?.seq !== before.standing?.seq || !sameRows(after.rows, before.rows))
      fail('a fenced venue has changed the cloud');
  }

  async function orphaned(lost: Iterable<string>): Promise<void> {
    const rows = await cloud.sql<{ name: string }>(
      "SELECT table_name || ' ' || (key::json ->> 0) AS name FROM sync.orphan WHERE site_id = $1",
      [site],
    );
    const kept = new Set(rows.map(({ name }) => name));
    for (const name of lost)
      if (!kept.has(name)) fail(`${name} was lost with its history, and is kept nowhere`);
  }

  async function restoreInto(directory: string, history: History): Promise<TortureVenue> {
    await restoreFromCloud({
      ...{ site, cloud: access, mediaUrl: undefined, migrations, clock: systemClock },
      dataDirectory: directory,
      onStep: () => {},
    });
    const there = await rowsOfCloud(cloud, site, everyTable);
    for (const name of there.quarantine) heirlooms.add(name);
    const restored = openTortureVenue(directory, clock, copyOf(history));
    const { rows } = restored.seen(everyTable);
    const found = difference(there.rows, { rows, poisoned: new Set() });
    if (found !== null) fail(`a rebuilt venue is not what the cloud had: ${found}`);
    return restored;
  }

  interface Copies {
    readonly venue: VenueCopy;
    readonly cloud: CloudCopy | null;
  }
  async function takeCopy(): Promise<Copies> {
    const both = { venue: venue.copy(), cloud: await copyCloud(cloud, site) };
    own(both.venue.directory);
    copies.push(both);
    return both;
  }
  /** One that was taken in this life; without any, one that is old already. */
  async function aCopy(number: number): Promise<Copies> {
    const there = copies[number % Math.max(1, copies.length)];
    if (there !== undefined) return there;
    await settle();
    const taken = await takeCopy();
    await someWrites(2);
    await settle();
    return taken;
  }

  async function setBack(step: Step & { kind: 'venue set back' }): Promise<void> {
    const back = await aCopy(step.copy);
    await stopDaemon();
    const given = venue;
    venue.close();
    venue = openTortureVenue(given.directory, clock, putBack(back.venue, given.directory, step.memory));
    // The cloud still stands in the history that was given up.
    watching = false;
    await someWrites(step.writes);
    const before = await rowsOfCloud(cloud, site);
    const there = before.standing;
    const sent = lastSent(venue.directory, venue.life().epoch);
    const isKnown =
      (there === null || there.seq === 0 || venue.history.entries.has(pointOf(there))) &&
      (sent === null || venue.history.entries.has(pointOf(sent)));
    if (isKnown) {
      watching = true;
      await settle();
      return;
    }
    daemon = await start();
    await fenced(daemon, before);
    await stopDaemon();
    const parts = { ...here(), clock: systemClock };
    const { rows: tail, poisoned } = venue.seen(writtenTables);
    const { directory, history } = venue;
    if (there === null || there.seq === 0 || step.chosen === 'venue') {
      venue.close();
      await venueWins(parts);
      venue = openTortureVenue(directory, clock, history);
      // What the cloud cannot hold of the venue’s has not taken the place of anything.
      const lost = [...before.rows.keys()].filter((name) => tail.get(name) !== before.rows.get(name));
      await orphaned(lost.filter((name) => !poisoned.has(name)));
    } else {
      venue.close();
      await setVenueAside(parts);
      venue = await restoreInto(directory, given.history);
      await orphaned([...tail.keys()].filter((name) => tail.get(name) !== before.rows.get(name)));
    }
    copies = [];
    watching = true;
    await settle();
  }

  async function twin(keys: 'same' | 'own'): Promise<void> {
    const first = await running();
    const copy = venue.copy();
    own(copy.directory);
    if (keys === 'own')
      writeFileSync(join(copy.directory, 'keys', 'appliance-id'), `${crypto.randomUUID()}\n`);
    const other = openTortureVenue(copy.directory, clock, copy.history);
    watching = false;
    const second = await start(other);
    try {
      await Promise.all([someWrites(2), someWrites(2, other)]);
      const end = systemClock.monotonic() + patienceMs;
      const isFenced = (one: MortalDaemon) => one.state().state === 'fenced';
      while (keys === 'own' ? !isFenced(second) : !isFenced(first) && !isFenced(second)) {
        if (systemClock.monotonic() > end)
          fail(
            `two appliances with one identity, and none is told: ${JSON.stringify([first.state(), second.state()])}`,
          );
        await wait(5);
      }
      if (isFenced(first)) {
        const loser = venue;
        venue = other;
        daemon = second;
        await first.stop();
        loser.close();
        copies = [];
      } else {
        await second.stop();
        other.close();
      }
      watching = true;
      await settle();
    } finally {
      watching = true;
      if (daemon !== second) await second.stop();
    }
  }

  async function replaced(unsent: number): Promise<void> {
    if (((await standing())?.seq ?? 0) === 0) return;
    await (await running()).die();
    await someWrites(unsent);
    const old = venue;
    const directory = own(`${aVenueDirectory(clock)}-new`);
    venue = await restoreInto(directory, old.history);
    copies = [];
    await settle();
    await commandsEnded();
    await settle();
    // The old one comes back.
    await someWrites(1, old);
    const before = await rowsOfCloud(cloud, site);
    watching = false;
    const ghost = await start(old);
    await fenced(ghost, before);
    await ghost.stop();
    old.close();
    watching = true;
    await settle();
  }

  async function changedInTheCloud({ row, how }: Step & { kind: 'changed in the cloud' }): Promise<void> {
    await settle();
    const name = `players g${row}`;
    const { rows, poisoned } = venue.seen(writtenTables);
    if (poisoned.size > 0) return;
    watching = false;
    if (!rows.has(name))
      await cloud.sql(
        "INSERT INTO public.players (site_id, id, name, language, created_at) VALUES ($1, $2, 'Eve', 'en', 1)",
        [site, `g${row}`],
      );
    else if (how === 'removed')
      await cloud.sql('DELETE FROM public.players WHERE site_id = $1 AND id = $2', [site, `g${row}`]);
    else
      await cloud.sql("UPDATE public.players SET name = name || ' ' WHERE site_id = $1 AND id = $2", [
        site,
        `g${row}`,
      ]);
    await verified(new Set([name]));
    const { repaired, reason } = await repairSite(here());
    if (repaired !== 1) fail(`one row was wrong, and ${repaired} were repaired (${reason})`);
    watching = true;
    await orphaned([name]);
    await settle();
    await verified(new Set());
  }

  async function tableUnknown(): Promise<void> {
    const running_ = await running();
    const [known] = await cloud.sql<{ row: string }>(
      "DELETE FROM sync.replica_table WHERE name = 'players' RETURNING row_to_json(replica_table)::text AS row",
    );
    try {
      await cloud.sql('UPDATE sync.catalogue SET version = version + 1');
      await someWrites(2);
      for (let tries = 0; tries < 100 && running_.state().state !== 'schema_behind'; tries += 1)
        await wait(5);
    } finally {
      await cloud.sql(
        'INSERT INTO sync.replica_table SELECT * FROM json_populate_record(NULL::sync.replica_table, $1)',
        [known?.row ?? null],
      );
      await cloud.sql('UPDATE sync.catalogue SET version = version + 1');
    }
  }

  async function endSessions(): Promise<void> {
    await cloud.sql(
      'SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity a JOIN sync.login l ON l.role_name = a.usename WHERE l.site_id = $1',
      [site],
    );
  }

  async function lateRequest(): Promise<void> {
    const old = await running();
    await strike({ at: 'before send', how: () => old.network.freeze() });
    await wait(20);
    await old.die('stay');
    graves.push(old);
    daemon = undefined;
    await someWrites(1);
    await settle();
    old.network.heal();
    await wait(60);
    await old.bury();
    await settle();
  }

  async function batchAgain(): Promise<void> {
    await someWrites(1);
    await settle();
    const values = (await running()).lastApplied();
    if (values === undefined) return;
    try {
      await withConnection(siteUrl, { name: 'again' }, (connection) =>
        connection.query('SELECT sync.apply($1, $2)', values),
      );
    } catch (error) {
      if (!(error instanceof PostgresFailure)) throw error;
    }
    await observe();
  }

  async function take(step: Step): Promise<void> {
    switch (step.kind) {
      case 'write':
        if (step.by === 'hand') venue.byHand(...statementsOf(step.writes));
        else await venue.write(...statementsOf(step.writes));
        return;
      case 'bulk':
        number += 1;
        return venue.write(
          ...[...Array(step.rows).keys()].map((each) => upsertGuest(`b${each}`, `bulk ${number}`, null)),
        );
      case 'pause':
        await running();
        return wait(step.ms);
      case 'settle':
        return settle();
      case 'copy':
        await takeCopy();
        return;
      case 'command': {
        await running();
        const id = crypto.randomUUID();
        asked.set(id, { fate: step.fate, away: 0, lost: false });
        const expiresAfterMs = step.fate === 'expired' ? -1_000 : 600_000;
        await cloud.sql(
          insertCommand,
          commandValues(id, { site, path: '/torture', actorId: 'ana', expiresAfterMs }),
        );
        await cloud.sql('SELECT pg_notify($1, $2)', [`dugout_commands_${site}`, '']);
        return;
      }
      case 'daemon dies':
        await strike({ at: step.at, how: async () => daemon?.die() });
        daemon = undefined;
        return;
      case 'daemon restarts':
        await running();
        return stopDaemon();
      case 'appliance restarts':
        await running();
        return venue.restart();
      case 'answer lost': {
        const lost = (await running()).network.cutAtCommit();
        await someWrites(1);
        await Promise.race([lost, wait(200)]);
        return;
      }
      case 'link cut': {
        const { network } = await running();
        await strike({ at: step.at, how: () => network.cut() });
        await wait(step.ms);
        return network.heal();
      }
      case 'link frozen': {
        const { network } = await running();
        await strike({ at: step.at, how: () => network.freeze() });
        await wait(step.ms);
        return network.heal();
      }
      case 'link slow': {
        const { network } = await running();
        network.delay(step.ms);
        await someWrites(2);
        await wait(30);
        return network.heal();
      }
      case 'sessions ended':
        return strike({
          at: step.at,
          how: endSessions,
        });
      case 'late request':
        return lateRequest();
      case 'batch again':
        return batchAgain();
      case 'cloud set back': {
        const back = (await aCopy(step.copy)).cloud;
        await running();
        if (step.late) {
          await settle();
          await venue.housekeep(2, 20);
        }
        if (back === null) return;
        await putBackCloud(cloud, site, back);
        // In the middle of a copy nothing but the end of its sessions tells a busy venue, as it does in a real one.
        if ((JSON.parse(back.place) as Standing).cursor !== null) await endSessions();
        return;
      }
      case 'venue set back':
        return setBack(step);
      case 'twin':
        return twin(step.keys);
      case 'replaced':
        return replaced(step.unsent);
      case 'poison':
        await running();
        number += 1;
        return venue.write(upsertGuest(`g${step.row}`, 'Poisoned', 'a\0b'));
      case 'changed in the cloud':
        return changedInTheCloud(step);
      case 'table unknown':
        return tableUnknown();
      case 'clock jumps':
        jumped += step.days * 86_400_000;
        return;
      case 'days pass':
        return venue.housekeep(step.beats, step.days);
      case 'log given up':
        await someWrites(2);
        await venue.housekeep(1, 0, 'none');
        await someWrites(step.writes);
        return venue.housekeep(1, 0);
    }
  }

  return {
    async take(step: Step): Promise<void> {
      await take(step);
      await observe();
      if (broken !== undefined) throw broken;
    },
    finish,
    async end(): Promise<void> {
      watching = false;
      await daemon?.stop().catch(() => {});
      for (const grave of graves) await grave.bury().catch(() => {});
      try {
        venue.close();
      } catch {
        // A case that failed in the middle of a swap has closed it already.
      }
      for (const directory of directories) rmSync(directory, { recursive: true, force: true });
    },
  };
}

function lastSent(directory: string, epoch: number): { seq: number; tok: number } | null {
  const connection = new Sqlite(join(directory, 'sync.db'));
  try {
    const there = connection.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'sent'").get();
    if (there === undefined) return null;
    const row = connection
      .prepare('SELECT seq, tok FROM sent WHERE epoch = ? ORDER BY seq DESC LIMIT 1')
      .get(epoch);
    return (row as { seq: number; tok: number } | undefined) ?? null;
  } finally {
    connection.close();
  }
}

function sameRows(one: StoredRows, other: StoredRows): boolean {
  return one.size === other.size && [...one].every(([name, row]) => other.get(name) === row);
}

/** What a backup of the cloud has of a site. */
interface CloudCopy {
  readonly place: string;
  readonly tables: readonly (readonly [table: string, rows: string])[];
}

const ofSite = ['sync.command', 'sync.quarantine', ...writtenTables.map(({ name }) => `public."${name}"`)];

async function copyCloud(cloud: TestCloud, site: string): Promise<CloudCopy | null> {
  const parts = ofSite.map(
    (table) => `(SELECT coalesce(json_agg(t), '[]')::text FROM ${table} t WHERE site_id = $1)`,
  );
  const [row] = await cloud.sql<{ place: string | null; parts: string[] }>(
    `SELECT (SELECT row_to_json(s)::text FROM sync.site s WHERE site_id = $1) AS place, ARRAY[${parts.join(', ')}] AS parts`,
    [site],
  );
  if (row === undefined || row.place === null) return null;
  const { place } = row;
  return { place, tables: ofSite.map((table, at) => [table, row.parts[at] ?? '[]'] as const) };
}

async function putBackCloud(cloud: TestCloud, site: string, { place, tables }: CloudCopy): Promise<void> {
  await withConnection(cloud.ownerUrl, { name: 'backup' }, async (connection) => {
    await connection.query('BEGIN');
    await connection.query('SELECT pg_advisory_xact_lock(7236837, 1)');
    // A backup is put back without anybody's triggers.
    await connection.query('SET LOCAL session_replication_role = replica');
    for (const [table, rows] of tables) {
      await connection.query(`DELETE FROM ${table} WHERE site_id = $1`, [site]);
      await connection.query(
        `INSERT INTO ${table} SELECT * FROM json_populate_recordset(NULL::${table}, $1)`,
        [rows],
      );
    }
    await connection.query('DELETE FROM sync.site WHERE site_id = $1', [site]);
    await connection.query('INSERT INTO sync.site SELECT * FROM json_populate_record(NULL::sync.site, $1)', [
      place,
    ]);
    await connection.query('COMMIT');
  });
}
