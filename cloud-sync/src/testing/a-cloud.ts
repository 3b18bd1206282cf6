import { inject } from 'vitest';
import type { Release } from '../schema/release.ts';
import { aCloudOn, anEmptyDatabaseOn, type TestCloud } from './cloud-on-server.ts';

export type { TestCloud };

const waitMs = 120_000;

/**
 * A database of its own on the Postgres of the test run, its schema made; gone with `stop`, which
 * whoever made it calls.
 */
export const aCloud = async (release?: Release): Promise<TestCloud> =>
  aCloudOn(await sharedServer(), release);

/** A database without a schema. */
export const anEmptyDatabase = async () => anEmptyDatabaseOn(await sharedServer());

export async function sharedServer(): Promise<string> {
  const answer = await fetch(inject('sharedPostgres'), { signal: AbortSignal.timeout(waitMs) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`the Postgres of this test run does not start: ${text}`);
  return text;
}
