import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { aTemporaryDirectory } from '../../testing/temporary-directory.ts';
import { systemClock } from '../clock.ts';
import { type Database, openDatabase } from '../database/database.ts';
import { insertInto, queriesOver } from '../database/query.ts';
import { defineTable, type RowOf, text } from '../database/table.ts';
import { createEvents, defineEvent, type Events } from './events.ts';

const guestArrived = defineEvent<{ name: string }>('guest.arrived', 'A guest signed up.');
const guestLeft = defineEvent<{ name: string }>('guest.left', 'A guest went home.');

const notes = defineTable('notes', { replication: 'local', key: ['id'], columns: { id: text('none') } });
const insertNote = insertInto(notes);
const countNotes = queriesOver<{ notes: RowOf<typeof notes> }>()((db) =>
  db.selectFrom('notes').select(({ fn }) => fn.countAll<number>().as('count')),
);
const migrations = [{ name: '0001-notes', sql: 'CREATE TABLE notes (id TEXT NOT NULL PRIMARY KEY) STRICT' }];

let database: Database;
let events: Events;
let failures: [event: string, error: unknown][];
const stored = () => database.now.get(countNotes, {})?.count;

beforeEach(() => {
  database = openDatabase({ directory: aTemporaryDirectory(), migrations, clock: systemClock });
  onTestFinished(() => database.close());
  failures = [];
  events = createEvents((event, error) => failures.push([event, error]));
});

test('a listener hears of the fact once it is stored', async () => {
  const heard: string[] = [];
  events.listen(guestArrived, ({ name }) => {
    heard.push(`${name}, with ${stored()} stored`);
  });
  await database.write((tx) => {
    events.publish(tx, guestArrived, { name: 'Ana' });
    tx.run(insertNote, { id: 'Ana' });
    expect(heard).toEqual([]);
  });
  expect(heard).toEqual(['Ana, with 1 stored']);
});

test('nobody hears of a fact whose write did not come about', async () => {
  const heard: string[] = [];
  events.listen(guestArrived, ({ name }) => {
    heard.push(name);
  });
  const write = database.write((tx) => {
    events.publish(tx, guestArrived, { name: 'Ana' });
    throw new Error('no room');
  });
  await expect(write).rejects.toThrow('no room');
  expect(heard).toEqual([]);
});

test('a participant writes in the transaction of the fact', async () => {
  events.join(guestArrived, (tx, { name }) => {
    tx.run(insertNote, { id: name });
  });
  await database.write((tx) => events.publish(tx, guestArrived, { name: 'Zoë' }));
  expect(stored()).toBe(1);
});

test('a participant that throws undoes the fact', async () => {
  events.join(guestArrived, () => {
    throw new Error('not today');
  });
  const write = database.write((tx) => {
    tx.run(insertNote, { id: 'Ana' });
    events.publish(tx, guestArrived, { name: 'Ana' });
  });
  await expect(write).rejects.toThrow('not today');
  expect(stored()).toBe(0);
});

test('a listener that fails, at once or later, is reported and stops nobody', async () => {
  const heard: string[] = [];
  const failure = new Error('fell over');
  events.listen(guestArrived, () => {
    throw failure;
  });
  events.listen(guestArrived, () => Promise.reject(failure));
  events.listen(guestArrived, ({ name }) => {
    heard.push(name);
  });
  await database.write((tx) => events.publish(tx, guestArrived, { name: 'Ana' }));
  await expect
    .poll(() => failures)
    .toEqual([
      ['guest.arrived', failure],
      ['guest.arrived', failure],
    ]);
  expect(heard).toEqual(['Ana']);
});

test('facts are heard in the order they were published, each by those who asked for it', async () => {
  const heard: string[] = [];
  events.listen(guestArrived, ({ name }) => {
    heard.push(`+${name}`);
  });
  events.listen(guestLeft, ({ name }) => {
    heard.push(`-${name}`);
  });
  await Promise.all([
    database.write((tx) => {
      events.publish(tx, guestArrived, { name: 'Ana' });
      events.publish(tx, guestLeft, { name: 'Ana' });
    }),
    database.write((tx) => events.publish(tx, guestArrived, { name: 'Zoë' })),
  ]);
  expect(heard).toEqual(['+Ana', '-Ana', '+Zoë']);
});
