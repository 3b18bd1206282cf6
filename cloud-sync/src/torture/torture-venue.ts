import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applianceIdIn } from '@dugout/appliance/platform/change-log/appliance-id.ts';
import { createCapture } from '@dugout/appliance/platform/change-log/capture.ts';
import { createChangeLog } from '@dugout/appliance/platform/change-log/change-log.ts';
import type { Clock } from '@dugout/appliance/platform/clock.ts';
import { openDatabase } from '@dugout/appliance/platform/database/database.ts';
import { readMigrations } from '@dugout/appliance/platform/database/migrations.ts';
import type { Query } from '@dugout/appliance/platform/database/query.ts';
import { createSideRegistry } from '@dugout/appliance/platform/metrics.ts';
import { allTables } from '@dugout/appliance/tables';
import Sqlite from 'better-sqlite3';
import { pino } from 'pino';
import { rowsOfVenue, type Seen } from './stored-rows.ts';

export const migrations = readMigrations(join(import.meta.dirname, '../../../appliance/migrations'));
export type Statement = readonly [sql: string, ...values: unknown[]];

/** A point of a history: its number and its token. */
export const pointOf = ({ seq, tok }: { seq: number; tok: number }): string => `${seq}:${tok}`;

/** All that a venue's history ever was. */
export interface History {
  /** What is seen at each commit, of this history and of those that were given up: no two share a token. */
  readonly commits: Map<string, Seen>;
  /** Every entry of its log, also those that were removed since. */
  readonly entries: Set<string>;
}
export const copyOf = ({ commits, entries }: History): History => ({ commits, entries: new Set(entries) });

let template: string | undefined;

/** A directory in which the appliance has started once; made anew from one that was made for the process. */
export function aVenueDirectory(clock: Clock): string {
  if (template === undefined) {
    template = mkdtempSync(join(tmpdir(), 'dugout-torture-'));
    const made = template;
    process.once('exit', () => rmSync(made, { recursive: true, force: true }));
    openTortureVenue(template, clock).close();
  }
  const directory = mkdtempSync(join(tmpdir(), 'dugout-torture-'));
  copyFiles(template, directory);
  return directory;
}

function copyFiles(from: string, to: string): void {
  cpSync(from, to, {
    recursive: true,
    force: true,
    filter: (path) => !/\.lock$|-shm$|set-aside|restore\.partial/u.test(path),
  });
}

/** The files of a data directory as they were, with the history that led there. */
export interface VenueCopy {
  readonly directory: string;
  readonly history: History;
}

/** The appliance's side of replication in a data directory, and the model of all that was committed in it. */
export function openTortureVenue(directory: string, clock: Clock, past?: History) {
  const history: History = past ?? { commits: new Map(), entries: new Set() };
  const open = () => {
    const capture = createCapture({ tables: allTables, applianceId: applianceIdIn(directory), clock });
    return { capture, database: openDatabase({ directory, migrations, clock, capture }) };
  };
  let { capture, database } = open();
  let eye = new Sqlite(join(directory, 'dugout.db'), { readonly: true });
  let noted = 0;
  let line: Promise<unknown> = Promise.resolve();
  note();

  /** One after the other, so that every commit is noted before the next. */
  function inLine<Result>(work: () => Promise<Result>): Promise<Result> {
    const next = line.then(work);
    line = next.catch(() => {});
    return next;
  }

  /** Takes note of what is committed now. Every commit is followed by this before the next one begins. */
  function note(): void {
    eye.transaction(() => {
      const added = eye.prepare('SELECT seq, tok FROM change_log WHERE seq > ? ORDER BY seq').all(noted) as {
        seq: number;
        tok: number;
      }[];
      for (const entry of added) history.entries.add(pointOf(entry));
      const head = added.at(-1);
      if (head === undefined) return;
      noted = head.seq;
      history.commits.set(pointOf(head), rowsOfVenue(eye));
    })();
  }

  return {
    directory,
    history,
    get clock() {
      return clock;
    },
    write: (...statements: readonly Statement[]): Promise<void> =>
      inLine(async () => {
        await database.write((transaction) => {
          for (const [sql, ...values] of statements) transaction.run(asQuery(sql), values);
        });
        note();
      }),
    /** Somebody with a tool of their own. */
    byHand(...statements: readonly Statement[]): void {
      const connection = new Sqlite(join(directory, 'dugout.db'), { timeout: 5_000 });
      try {
        connection.pragma('recursive_triggers = ON');
        connection
          .transaction(() => {
            for (const [sql, ...values] of statements) connection.prepare(sql).run(...values);
          })
          .immediate();
      } finally {
        connection.close();
      }
      note();
    },
    note,
    read: <Row>(sql: string, ...values: unknown[]): Row[] => eye.prepare<unknown[], Row>(sql).all(...values),
    head: (): { seq: number; tok: number } =>
      eye.prepare('SELECT seq, tok FROM change_log ORDER BY seq DESC LIMIT 1').get() as {
        seq: number;
        tok: number;
      },
    life: (): { epoch: number; capture: string; floor: number } =>
      eye.prepare('SELECT epoch, capture, floor FROM change_log_life').get() as {
        epoch: number;
        capture: string;
        floor: number;
      },
    entries: (): number =>
      (eye.prepare('SELECT count(*) AS count FROM change_log').get() as { count: number }).count,
    seen: (tables: Parameters<typeof rowsOfVenue>[1]): Seen => rowsOfVenue(eye, tables),
    /** Lets the appliance look after its log, so many times, as it would `daysLater`. */
    async housekeep(beats: number, daysLater: number, room: 'enough' | 'none' = 'enough'): Promise<void> {
      let beat = () => {};
      const log = createChangeLog({
        database,
        capture,
        clock: {
          ...clock,
          now: () => clock.now() + daysLater * 86_400_000,
          every: (_ms, task) => {
            beat = task;
            return () => {};
          },
        },
        logger: pino({ level: 'silent' }),
        metrics: createSideRegistry(),
        dataDirectory: directory,
        applianceId: applianceIdIn(directory),
        room: async () => ({ free: room === 'enough' ? 1e12 : 1, total: 1e12 }),
        isBusy: () => false,
        limits: { worthFolding: 4, worthGivingUp: 0, sliceMs: 50, roomEveryBeats: 1 },
      });
      log.start();
      for (let count = 0; count < beats; count += 1) {
        await inLine(async () => {
          beat();
          await log.stop();
          note();
        });
      }
    },
    /** The appliance dies and starts again. */
    restart(): void {
      eye.close();
      database.close();
      ({ capture, database } = open());
      eye = new Sqlite(join(directory, 'dugout.db'), { readonly: true });
      note();
    },
    /** A copy of all files, as they could be found at this moment. */
    copy(): VenueCopy {
      database.checkpoint();
      const to = mkdtempSync(join(tmpdir(), 'dugout-torture-'));
      copyFiles(directory, to);
      return { directory: to, history: copyOf(history) };
    },
    close(): void {
      eye.close();
      database.close();
    },
  };
}
export type TortureVenue = ReturnType<typeof openTortureVenue>;

/** Puts the files of a copy back; `memory`: what the daemon knows of the time since is kept. */
export function putBack(copy: VenueCopy, directory: string, memory: 'kept' | 'lost'): History {
  const files = memory === 'kept' ? ['dugout.db'] : ['dugout.db', 'sync.db'];
  for (const file of files) {
    for (const end of ['', '-wal', '-shm']) rmSync(join(directory, file + end), { force: true });
    for (const end of ['', '-wal']) {
      const from = join(copy.directory, file + end);
      if (existsSync(from)) cpSync(from, join(directory, file + end));
    }
  }
  return copyOf(copy.history);
}

const asQuery = <Row>(text: string): Query<unknown[], Row> => ({
  compiled: () => ({ text, bind: (values) => values }),
});
