import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { compose, type Outside } from '../compose.ts';
import { loadConfig } from '../config.ts';
import { midDay } from './mid-day.ts';

export const testPassword = 'in-labs-only';

export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads the fields that it asserts
  body: any;
  headers: Headers;
}

export interface Call {
  as?: 'user' | 'mlbtablet' | 'mlbvrgame' | { username: string; password: string };
  body?: unknown;
  headers?: Record<string, string>;
}

/** The real appliance on free ports and a directory of its own; answers are held against their schemas. */
export async function aTestAppliance(
  outside: Outside & { directory?: string; environment?: Record<string, string> } = {},
) {
  const { directory: given, environment = {}, ...rest } = outside;
  const directory = given ?? mkdtempSync(join(tmpdir(), 'dugout-'));
  const config = loadConfig({
    DUGOUT_DATA_DIR: directory,
    DUGOUT_HTTP_HOST: '127.0.0.1',
    DUGOUT_HTTP_PORT: '0',
    DUGOUT_MQTT_PORT: '0',
    DUGOUT_BOOTSTRAP_PASSWORD: testPassword,
    ...(rest.clock === undefined ? midDay() : { DUGOUT_TIMEZONE: 'America/Chicago' }),
    ...environment,
  });
  const appliance = compose(config, pino({ level: 'silent' }), {
    checkReplies: true,
    fontsDirectory: join(tmpdir(), 'dugout-fonts'),
    ...rest,
  });
  await appliance.lifecycle.start();
  const url = `http://127.0.0.1:${appliance.ports.http}`;

  async function call(method: string, path: string, { as, body, headers = {} }: Call = {}): Promise<Answer> {
    const user = typeof as === 'string' ? { username: as, password: testPassword } : as;
    const credentials = user && Buffer.from(`${user.username}:${user.password}`).toString('base64');
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(credentials === undefined ? {} : { authorization: `Basic ${credentials}` }),
        ...(body === undefined || Buffer.isBuffer(body) ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined
        ? {}
        : { body: Buffer.isBuffer(body) ? new Uint8Array(body) : JSON.stringify(body) }),
      redirect: 'manual',
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    const isJson = /json/u.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      body: isJson ? JSON.parse(bytes.toString()) : bytes,
      headers: response.headers,
    };
  }

  return {
    ...appliance,
    url,
    directory,
    /** Stops it; its directory stays when it was given. */
    async stop(): Promise<void> {
      await appliance.lifecycle.stop();
      if (given === undefined) rmSync(directory, { recursive: true, force: true });
    },
    get: (path: string, options?: Call) => call('GET', path, options),
    post: (path: string, options?: Call) => call('POST', path, options),
    put: (path: string, options?: Call) => call('PUT', path, options),
    patch: (path: string, options?: Call) => call('PATCH', path, options),
    delete: (path: string, options?: Call) => call('DELETE', path, options),
  };
}
export type TestAppliance = Awaited<ReturnType<typeof aTestAppliance>>;
