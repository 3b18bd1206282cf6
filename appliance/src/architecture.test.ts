import { fileURLToPath } from 'node:url';
import Sqlite from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { migrate, readMigrations } from './platform/database/migrations.ts';
import { schemaDifferences } from './platform/database/schema-check.ts';
import { describeAppliance } from './reference.ts';
import { type Declaration, declarationsIn } from './testing/architecture/declarations.ts';
import { projectDeclarations, projectSources } from './testing/architecture/project-sources.ts';
import {
  contractAlone,
  inwardOnly,
  noCycles,
  oneHome,
  pureRules,
  type Rule,
  throughTheDoor,
} from './testing/architecture/rules.ts';
import { readSource } from './testing/architecture/source.ts';

const project = projectSources();

/** What a rule says of a small project made of `files`: path below `appliance/src` → text. */
const verdict = (rule: Rule, files: Record<string, string>): string[] =>
  rule(Object.entries(files).map(([path, text]) => readSource(`appliance/src/${path}`, text)));

test('the project is read whole', () => {
  expect(project.length).toBeGreaterThan(100);
  expect(project.flatMap(({ imports }) => imports).length).toBeGreaterThan(300);
});

describe('rule 1: inward only', () => {
  test('holds', () => expect(inwardOnly(project)).toEqual([]));
  test.each([
    [
      'a store that calls its service',
      'modules/queue/queue-store.ts',
      "import { a } from './queue-service.ts';",
    ],
    [
      'a service that knows its routes',
      'modules/queue/queue-service.ts',
      "import { a } from './queue-routes.ts';",
    ],
    [
      'rules that name a type of the service',
      'modules/queue/queue.ts',
      "import type { A } from './queue-service.ts';",
    ],
    [
      'events that know the store',
      'modules/queue/queue-events.ts',
      "import type { A } from './queue-store.ts';",
    ],
    [
      'platform that knows a module',
      'platform/jobs/jobs.ts',
      "import type { A } from '../../modules/queue/index.ts';",
    ],
    [
      'a module that reads the configuration',
      'modules/queue/queue-jobs.ts',
      "import { a } from '../../config.ts';",
    ],
    ['a contract with I/O', '../contract/games.ts', "import { readFileSync } from 'node:fs';"],
    [
      'a contract that knows the platform',
      '../contract/games.ts',
      "import { a } from '../src/platform/ids.ts';",
    ],
  ])('refuses %s', (_case, path, text) => {
    expect(
      inwardOnly([
        readSource(
          path.replace(/^(\.\.\/|)/u, (up) => (up ? 'appliance/' : 'appliance/src/')),
          text,
        ),
      ]),
    ).toHaveLength(1);
  });
});

describe('rule 2: through the door', () => {
  test('holds', () => expect(throughTheDoor(project)).toEqual([]));
  test.each([
    [
      'a store of another module',
      'modules/queue/queue-service.ts',
      "import { a } from '../games/games-store.ts';",
    ],
    [
      'a type from behind a door',
      'modules/queue/queue.ts',
      "import type { A } from '../games/games-tables.ts';",
    ],
    ['a module below', 'modules/games/games-service.ts', "import { a } from '../queue/index.ts';"],
    [
      'a module without a place in the order',
      'modules/queue/queue-jobs.ts',
      "import { a } from '../zoo/index.ts';",
    ],
    [
      'a composition that reaches inside',
      'compose.ts',
      "import { a } from './modules/games/games-store.ts';",
    ],
    ['an inside re-exported', 'compose.ts', "export { a } from './modules/games/games-store.ts';"],
    ['an inside imported late', 'compose.ts', "const a = await import('./modules/games/games-store.ts');"],
  ])('refuses %s', (_case, path, text) => {
    expect(verdict(throughTheDoor, { [path]: text })).toHaveLength(1);
  });

  test('has no cycles, types included', () => expect(noCycles(project)).toEqual([]));
  test('refuses a cycle of types over three files', () => {
    const files = {
      'platform/a.ts': "import type { B } from './b.ts';",
      'platform/b.ts': "type C = import('./c.ts').C;",
      'platform/c.ts': "export type { A } from './a.ts';",
    };
    expect(verdict(noCycles, files)).toEqual([
      'cycle: appliance/src/platform/a.ts → appliance/src/platform/b.ts → appliance/src/platform/c.ts → appliance/src/platform/a.ts',
    ]);
  });

  test('lets other workspaces see the contract alone', () => expect(contractAlone(project)).toEqual([]));
  test('refuses a screen that imports from the server', () => {
    const screen = readSource(
      'kiosk-ui/src/app.tsx',
      "import type { A } from '../../appliance/src/compose.ts';",
    );
    expect(contractAlone([screen])).toHaveLength(1);
  });
  test.each([
    ['the platform', "import { a } from '@dugout/appliance/platform/clock.ts';", 0],
    ['the tables', "import { a } from '@dugout/appliance/tables';", 0],
    ['a module', "import { a } from '../../../appliance/src/modules/games/index.ts';", 1],
  ])('of the appliance, what runs beside it sees %s: %s', (_case, text, refusals) => {
    const shipper = readSource('cloud-sync/src/shipping/shipper.ts', text);
    expect(contractAlone([shipper])).toHaveLength(refusals);
  });
});

describe('rule 3: libraries have one home', () => {
  test('holds', () => expect(oneHome(project)).toEqual([]));
  test.each([
    ['koa in a service', 'modules/queue/queue-service.ts', "import Koa from 'koa';"],
    ['aedes outside of mqtt', 'platform/http/route.ts', "import { Aedes } from 'aedes';"],
    ['kysely in a route', 'modules/queue/queue-routes.ts', "import { sql } from 'kysely';"],
    ['the type of a connection', 'modules/queue/queue-service.ts', "import type D from 'better-sqlite3';"],
    ['a second SQLite', 'platform/database/database.ts', "import { DatabaseSync } from 'node:sqlite';"],
    ['sharp in a module', 'modules/souvenirs/souvenirs-service.ts', "import sharp from 'sharp';"],
    ['serialport in a module', 'modules/messaging/modem.ts', "import { SerialPort } from 'serialport';"],
    ['a package nobody placed', 'modules/queue/queue-service.ts', "import _ from 'lodash/merge.js';"],
    ['the environment', 'modules/queue/queue-service.ts', 'const a = process.env.HOME;'],
    ['the environment by another spelling', 'platform/ids.ts', "const a = process['env'];"],
    ['the wall clock', 'modules/queue/queue-service.ts', 'const a = Date.now();'],
    ['the wall clock by another name', 'modules/queue/queue-service.ts', 'const a = new Date();'],
    ['a timer', 'modules/queue/queue-service.ts', 'setTimeout(() => {}, 10);'],
    ['a timer by import', 'platform/ids.ts', "import { setTimeout } from 'node:timers/promises';"],
  ])('refuses %s', (_case, path, text) => {
    expect(verdict(oneHome, { [path]: text })).toHaveLength(1);
  });
  test('holds for what runs beside the appliance, too', () => {
    const shipper = readSource('cloud-sync/src/shipping/shipper.ts', "import { Client } from 'pg';");
    expect(oneHome([shipper])).toHaveLength(1);
  });
  test('takes a given moment for what it is', () => {
    expect(verdict(oneHome, { 'platform/http/live-feed.ts': 'const a = new Date(5);' })).toEqual([]);
  });
});

describe('rule 4: rules are pure', () => {
  test('holds', () => expect(pureRules(project)).toEqual([]));
  test.each([
    ['a value of a neighbour', "import { games } from './games-tables.ts';"],
    ['a value among types', "import { type A, b } from './games-tables.ts';"],
    ['a file run for its effect', "import './games-tables.ts';"],
    ['the network', "await fetch('http://localhost');"],
    ['chance', 'const a = Math.random();'],
  ])('refuses %s', (_case, text) => {
    expect(verdict(pureRules, { 'modules/games/games.ts': text })).toHaveLength(1);
  });
  test('takes types', () => {
    const files = {
      'modules/games/games.ts': "import type { A } from './games-tables.ts'; import { type B } from 'zod';",
    };
    expect(verdict(pureRules, files)).toEqual([]);
  });
});

describe('rule 5: everything is declared', () => {
  const appliance = describeAppliance();
  const offered: Record<Declaration['kind'], readonly string[]> = {
    route: Object.entries(appliance.openapi.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    ),
    topic: appliance.topics.map(({ path }) => path),
    event: appliance.events.map(({ name }) => name),
  };
  const forgotten = (declarations: readonly Declaration[]) =>
    declarations.filter(({ kind, name }) => !offered[kind].includes(name.replaceAll(/:(\w+)/gu, '{$1}')));

  test('every route, topic and event in the code is served, and so in the reference', () => {
    const declarations = projectDeclarations();
    for (const kind of ['route', 'topic', 'event']) {
      expect(declarations.filter((declaration) => declaration.kind === kind).length, kind).toBeGreaterThan(2);
    }
    expect(forgotten(declarations)).toEqual([]);
  });
  test.each([
    ['a route that is not served', "readRoute({ method: 'GET', path: '/api/nowhere' })"],
    ['a topic that is not served', "defineTopic({ name: 'nothing', path: '{kind}/{id}/nothing' })"],
    ['an event that is in no catalogue', "defineEvent('nothing.happened', 'Nothing.')"],
  ])('refuses %s', (_case, text) => {
    expect(forgotten(declarationsIn('a.ts', text))).toHaveLength(1);
  });

  const differences = (change: string): string[] => {
    const connection = new Sqlite(':memory:');
    try {
      migrate(connection, readMigrations(fileURLToPath(new URL('../migrations', import.meta.url))), 0);
      connection.exec(change);
      return schemaDifferences(connection, appliance.tables);
    } finally {
      connection.close();
    }
  };
  test('every table is replicated or local, and every column has a privacy class', () => {
    expect(differences('')).toEqual([]);
  });
  test.each([
    ['a table nobody declared', 'CREATE TABLE secrets (id TEXT NOT NULL PRIMARY KEY) STRICT'],
    ['a column without a privacy class', 'ALTER TABLE players ADD COLUMN shoe_size INTEGER'],
    ['a declared table that is not there', 'DROP TABLE counters'],
  ])('refuses %s', (_case, change) => {
    const unchanged = differences('');
    expect(differences(change).filter((difference) => !unchanged.includes(difference))).toHaveLength(1);
  });
});
