import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../src/free-port.ts';
import { connect } from '../api/connection.ts';
import { password, staff } from '../api/lifecycle.ts';
import { type ServerProcess, startServer } from '../api/server-process.ts';
import type { Credentials } from './load/gloves.ts';

export interface GloveVenue extends ServerProcess {
  readonly mqttPort: number;
  readonly httpPort: number;
  readonly directory: string;
}

export const site = 'labs';
export const tablet: Credentials = { name: 'mlbtablet', password };
const glovesAtSeat = 2;
const patienceMs = 10_000;

const main = join(import.meta.dirname, '..', '..', 'src', 'main.ts');

/** The appliance as it runs at a venue, or another program that holds it. */
export async function openVenue(directory: string, program: readonly string[] = [main]): Promise<GloveVenue> {
  const [httpPort, mqttPort] = [await freePort(), await freePort()];
  const environment = {
    DUGOUT_PROFILE: 'labs',
    DUGOUT_DATA_DIR: directory,
    DUGOUT_HTTP_HOST: '127.0.0.1',
    DUGOUT_HTTP_PORT: String(httpPort),
    DUGOUT_MQTT_PORT: String(mqttPort),
    DUGOUT_SITE_ID: site,
    DUGOUT_BOOTSTRAP_PASSWORD: password,
  };
  const command = [process.execPath, ...program] as const;
  const appliance = await startServer({ name: 'appliance', command, environment }, httpPort, '/readyz');
  return { ...appliance, mqttPort, httpPort, directory };
}

/** Makes so many gloves known; answers what they sign in with. */
export async function enrolGloves({ url }: GloveVenue, count: number): Promise<Credentials[]> {
  const connection = connect(url);
  const gloves: Credentials[] = [];
  for (let number = 0; number < count; number += 1) {
    const body = JSON.stringify({ name: `glove-${number}`, kind: 'glove' });
    const order = { method: 'POST', path: '/api/devices', as: staff, body } as const;
    const { name, secret } = await connection.send<{ name: string; secret: string }>(order);
    gloves.push({ name, password: secret });
  }
  await connection.close();
  return gloves;
}

/**
 * At a station for every two gloves somebody begins to play who agrees to be measured. The gloves must be speaking.
 * Answers the session of each glove, in their order.
 */
export async function openSessions({ url }: GloveVenue, gloves: readonly Credentials[]): Promise<string[]> {
  const connection = connect(url);
  const ask = <Answer>(method: 'GET' | 'POST' | 'PATCH', path: string, body?: object) =>
    connection.send<Answer>({
      method,
      path,
      as: staff,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const areKnown = async () =>
    (await ask<{ items: unknown[] }>('GET', '/api/gloves')).items.length >= gloves.length;
  for (const until = performance.now() + patienceMs; !(await areKnown()); await delay(100)) {
    if (performance.now() > until) throw new Error('not all gloves were heard');
  }

  const sessions = new Map<string, string>();
  for (let first = 0; first < gloves.length; first += glovesAtSeat) {
    const station = await ask<{ id: string }>('POST', '/api/stations', {
      name: `seat ${first}`,
      attraction: 'glove',
    });
    for (const { name } of gloves.slice(first, first + glovesAtSeat)) {
      await ask('PATCH', `/api/gloves/${name}`, { station_id: station.id });
    }
    const game = await ask<{ id: string }>('POST', '/api/games', {
      player: { name: 'Ana', consent: { sensor: true } },
      attraction: 'glove',
    });
    const act = (action: string, body: object = {}) => ask('POST', `/api/games/${game.id}/${action}`, body);
    await act('confirm', { override: true, station_id: station.id });
    await act('play', { station_id: station.id });
    const { items } = await ask<{ items: { id: string; glove: string }[] }>(
      'GET',
      `/api/sessions?game_id=${game.id}`,
    );
    for (const { id, glove } of items) sessions.set(glove, id);
  }
  await connection.close();
  return gloves.map(({ name }) => {
    const id = sessions.get(name);
    if (id === undefined) throw new Error(`no session is open for ${name}`);
    return id;
  });
}
