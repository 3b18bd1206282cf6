import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contractSchemas } from '../contract/schemas.ts';
import { compose } from './compose.ts';
import { loadConfig } from './config.ts';
import type { Table } from './platform/database/table.ts';
import { type ProblemKind, problemCatalogue } from './platform/errors.ts';
import { type EventType, eventCatalogue } from './platform/events/events.ts';
import { type OpenApiDocument, openApiDocument } from './platform/http/openapi.ts';
import { createLogger } from './platform/logger.ts';
import type { Topic } from './platform/mqtt/topic.ts';
import { configTable } from './settings.ts';
import { allTables } from './tables.ts';

export interface Setting {
  readonly name: string;
  readonly initial: string;
  readonly meaning: string;
}

/** What the appliance offers, keeps and can be told, as data. */
export interface Description {
  readonly openapi: OpenApiDocument;
  readonly topics: readonly Topic[];
  readonly events: readonly EventType<unknown>[];
  readonly tables: readonly Table[];
  readonly problems: readonly ProblemKind[];
  readonly settings: readonly Setting[];
}

/** Puts an appliance together, in a directory that is gone afterwards, and describes it without starting it. */
export function describeAppliance(): Description {
  const directory = mkdtempSync(join(tmpdir(), 'dugout-reference-'));
  try {
    const config = loadConfig({ DUGOUT_DATA_DIR: directory, DUGOUT_SECRETS_FILE: '/dev/null' });
    const { routes, topics, database } = compose(config, createLogger('silent', false));
    database.close();
    return {
      openapi: openApiDocument(routes, { title: 'Dugout', version: '', schemas: contractSchemas }),
      topics,
      events: [...eventCatalogue.values()],
      tables: allTables,
      problems: [...problemCatalogue.values()],
      settings: Object.entries(configTable).map(([name, { initial, meaning }]) => ({
        name,
        initial,
        meaning,
      })),
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}
