import Sqlite from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { aTemporaryDirectory } from '../../testing/temporary-directory.ts';
import { systemClock } from '../clock.ts';
import { openDatabase } from '../database/database.ts';
import { createCapture } from './capture.ts';
import { createFolding } from './folding.ts';
import { execute, logExists } from './testing/a-captured-database.ts';
import { aReplica } from './testing/a-replica.ts';
import { capturedTables, declared, tablesExist } from './testing/captured-tables.ts';

const ids = ['a', 'b', 'c', "quo'te", 'é😀'];
const id = fc.constantFrom(...ids);
const value = fc.integer({ min: 0, max: 9 });
const place = fc.integer({ min: 1, max: 3 });
const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** One statement of a support person or of the appliance: some fail, and that is part of it. */
const sql = fc.oneof(
  fc
    .tuple(fc.constantFrom('INSERT', 'INSERT OR REPLACE', 'INSERT OR IGNORE'), id, id, value)
    .map(
      ([verb, a, b, v]) => `${verb} INTO parents (id, name, value) VALUES (${quoted(a)}, ${quoted(b)}, ${v})`,
    ),
  fc
    .tuple(id, value)
    .map(
      ([a, v]) =>
        `INSERT INTO parents (id, value) VALUES (${quoted(a)}, ${v}) ON CONFLICT (id) DO UPDATE SET value = ${v}`,
    ),
  fc.tuple(id, id).map(([a, b]) => `UPDATE OR REPLACE parents SET id = ${quoted(a)} WHERE id = ${quoted(b)}`),
  fc
    .tuple(id, id)
    .map(([a, b]) => `UPDATE OR REPLACE parents SET name = ${quoted(a)} WHERE id = ${quoted(b)}`),
  id.map((a) => `DELETE FROM parents WHERE id = ${quoted(a)}`),
  fc.constant('DELETE FROM children'),
  fc
    .tuple(id, place, value)
    .map(([a, n, v]) => `INSERT OR REPLACE INTO children VALUES (${quoted(a)}, ${n}, ${v})`),
  fc.tuple(place, value).map(([n, v]) => `INSERT OR REPLACE INTO numbered VALUES (${n}, ${v})`),
  fc.tuple(place, place).map(([a, b]) => `UPDATE OR REPLACE numbered SET rowid = ${a} WHERE number = ${b}`),
);
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ by: fc.constant('appliance'), sql: fc.array(sql, { maxLength: 4 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({ by: fc.constantFrom('undone', 'attempt'), sql: fc.array(sql, { maxLength: 3 }) }),
  },
  { weight: 2, arbitrary: fc.record({ by: fc.constant('support'), sql: fc.array(sql, { maxLength: 3 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({ by: fc.constantFrom('follow', 'fold'), sql: fc.constant<string[]>([]) }),
  },
);

/** @param recursive whether the support person's connection fires triggers for the rows that a REPLACE removes */
function aVenue(recursive: boolean) {
  const directory = aTemporaryDirectory();
  const capture = createCapture({ tables: declared, applianceId: 'one', clock: systemClock });
  const database = openDatabase({
    directory,
    migrations: [logExists, tablesExist],
    clock: systemClock,
    capture,
  });
  const support = new Sqlite(`${directory}/dugout.db`, { timeout: 5_000 });
  support.pragma(`recursive_triggers = ${recursive ? 'ON' : 'OFF'}`);
  onTestFinished(() => {
    support.close();
    database.close();
  });
  const replica = aReplica(support, capturedTables);
  const folding = createFolding({ clock: systemClock, sliceMs: 1_000, worthwhile: 1 });
  let newest = 0;

  const attempt = (run: () => unknown) => {
    try {
      run();
    } catch {
      // Refused by a constraint: whatever of it stands is in the log.
    }
  };
  const inOneWrite = (statements: readonly string[], ending: () => void) =>
    database
      .write((tx) => {
        for (const text of statements) attempt(() => tx.attempt(() => execute(tx, text)));
        ending();
      })
      .catch(() => {});

  return {
    replica,
    async take({ by, sql: statements }: { by: string; sql: readonly string[] }): Promise<void> {
      if (by === 'appliance') await inOneWrite(statements, () => {});
      if (by === 'undone')
        await inOneWrite(statements, () => {
          throw new Error('undone');
        });
      if (by === 'attempt')
        await database.write((tx) =>
          attempt(() =>
            tx.attempt(() => {
              for (const text of statements) execute(tx, text);
              throw new Error('undone');
            }),
          ),
        );
      if (by === 'support') for (const text of statements) attempt(() => support.exec(text));
      if (by === 'follow') replica.follow();
      if (by === 'fold') await database.write((tx) => folding.slice(tx, newest, replica.position()));
      const seq = support.prepare('SELECT max(seq) FROM change_log').pluck().get() as number;
      expect(seq).toBeGreaterThanOrEqual(newest);
      newest = seq;
    },
    compare(): void {
      replica.follow();
      for (const { replica: copied, venue } of Object.values(replica.compared()))
        expect(copied).toEqual(venue);
    },
  };
}

describe('a replica that knows the log alone', () => {
  test('equals the venue whenever it follows, whoever wrote, whatever failed and was folded', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const venue = aVenue(true);
        for (const one of steps) {
          await venue.take(one);
          if (one.by === 'follow') venue.compare();
        }
        venue.compare();
      }),
      { numRuns: 30 },
    );
  });

  test('misses rows that a REPLACE removes on a connection without recursive triggers', async () => {
    const venue = aVenue(false);
    await venue.take({ by: 'appliance', sql: ["INSERT INTO parents (id, name) VALUES ('a', 'one')"] });
    venue.compare();
    await venue.take({
      by: 'support',
      sql: ["INSERT OR REPLACE INTO parents (id, name) VALUES ('b', 'one')"],
    });
    expect(() => venue.compare()).toThrow();
  });
});
