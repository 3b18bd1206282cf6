import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { DeviceList, NewDevice } from '../../../../appliance/contract/devices.ts';
import { isReady } from '../../start/readiness.ts';
import { createHttpClient, type HttpClient } from '../http-client.ts';
import { type GlovesTold, glovesTold } from './glove-agreement.ts';
import { glovesNow, glovesSince } from './glove-healths.ts';
import { startGloveProgram, type WantedGlove } from './glove-program.ts';

export type GloveFormat = 'frame' | 'alpha' | 'legacy' | 'csv5' | 'csv9' | 'csv15' | 'csv30';

export interface GloveLoadOptions {
  readonly url: string;
  readonly broker: string;
  readonly site: string;
  /** Of the automatic user `user`. */
  readonly password: string;
  readonly gloves: number;
  /** Samples a second of each. */
  readonly rate: number;
  /** Samples in a frame. */
  readonly batch: number;
  readonly format: GloveFormat;
  readonly qos: 0 | 1;
  readonly calibrated: boolean;
  /** Such as `lostRate=0.01,clockPpm=80`; empty for none. */
  readonly faults: string;
  readonly seed: number;
  /** Open-ended without. */
  readonly seconds?: number | undefined;
  /** Where gloves that speak lines call in, on the appliance's host. */
  readonly tcpPort?: number | undefined;
}

export interface GloveLoad extends GlovesTold {
  readonly gloves: number;
  readonly seconds: number;
  /** Of the gloves' own process, as a share of one processor. */
  readonly cpu: number;
  readonly consistent: boolean;
}

const prefix = 'sim-glove-';
const readyMs = 5_000;
const farewellMs = 30_000;

/**
 * Gloves alone against an appliance, until `asked` is aborted or their time is over; what they did is held against what
 * the appliance says it had. Throws when there is no appliance, or gloves have no way to it.
 */
export async function loadWithGloves(options: GloveLoadOptions, asked: AbortSignal): Promise<GloveLoad> {
  const { url, password, seconds } = options;
  if (!(await isReady(`${url}/readyz`, delay(readyMs, undefined, { ref: false }))))
    throw new Error(`no appliance is ready at ${url}`);
  const adminUntil = (stop: AbortSignal) =>
    createHttpClient({ url, username: 'user', password, stop, onRetry: () => {} });
  const admin = adminUntil(asked);
  await revokeForgotten(admin);
  const program = await startGloveProgram();
  const enrolled: string[] = [];
  try {
    const before = await glovesNow(admin);
    const wanted = options.format === 'frame' ? await enrol(admin, options, enrolled) : calling(options);
    await program.start(wanted);
    const begun = performance.now();
    const { cpuMs: cpuBefore } = await program.count();
    await delay(seconds === undefined ? 2 ** 31 - 1 : seconds * 1000, undefined, { signal: asked }).catch(
      () => {},
    );
    const elapsed = (performance.now() - begun) / 1000;
    const { gloves, cpuMs } = await program.stop();
    const last = adminUntil(AbortSignal.timeout(farewellMs));
    const told = glovesTold(gloves, await glovesSince(last, before));
    return {
      gloves: gloves.length,
      seconds: elapsed,
      cpu: (cpuMs - cpuBefore) / 1000 / elapsed,
      consistent: told.disagreements.length === 0,
      ...told,
    };
  } finally {
    await program.stop();
    const last = adminUntil(AbortSignal.timeout(farewellMs));
    for (const id of enrolled) await last.post(`/api/devices/${id}/revoke`, z.undefined());
  }
}

const gloveOf = ({ seed, format, rate, batch, calibrated, faults }: GloveLoadOptions, number: number) => ({
  seed: seed * 10_007 + number,
  hand: number % 2 === 0 ? ('left' as const) : ('right' as const),
  ...{ format, rateHz: rate, batch, calibrated, faults },
});

async function enrol(
  admin: HttpClient,
  options: GloveLoadOptions,
  enrolled: string[],
): Promise<WantedGlove[]> {
  const { broker, site, qos } = options;
  const run = randomBytes(3).toString('hex');
  const wanted: WantedGlove[] = [];
  for (let number = 0; number < options.gloves; number += 1) {
    const body = { name: `${prefix}${run}-${number + 1}`, kind: 'glove' };
    const { id, name, secret } = await admin.post('/api/devices', NewDevice, body);
    enrolled.push(id);
    wanted.push({ name, ...gloveOf(options, number), way: { by: 'mqtt', broker, site, secret, qos } });
  }
  return wanted;
}

/** What a simulation that was killed could not take away. */
async function revokeForgotten(admin: HttpClient): Promise<void> {
  const { items } = await admin.get('/api/devices', DeviceList);
  for (const { id, name, presence, revoked } of items) {
    if (name.startsWith(prefix) && !revoked && presence === 'offline')
      await admin.post(`/api/devices/${id}/revoke`, z.undefined());
  }
}

/** Gloves that call in have no secret: the venue knows them by their address, of which each has one of its own. */
function calling(options: GloveLoadOptions): WantedGlove[] {
  const { url, tcpPort, format } = options;
  if (tcpPort === undefined) {
    throw new Error(
      `gloves that speak ${format} call the appliance: it has to be started with DUGOUT_GLOVE_TCP_PORT, and --tcp <port> names that port`,
    );
  }
  const host = new URL(url).hostname;
  if (!isLoopback(host)) {
    throw new Error(
      'gloves that call in are told apart by their address, and on this machine all have one unless the appliance is here too',
    );
  }
  return Array.from({ length: options.gloves }, (_, number) => {
    const from = loopbackAddress(number);
    return {
      name: nameOfCaller(from),
      ...gloveOf(options, number),
      lineEnd: format === 'alpha' || format === 'legacy' ? '\n\r\n' : '\r\n',
      way: { by: 'tcp', host: '127.0.0.1', port: tcpPort, from },
    };
  });
}

const isLoopback = (host: string): boolean => host === 'localhost' || host.startsWith('127.');

/** Of the glove with this number, from 0: all of 127/8 is this machine. */
export const loopbackAddress = (number: number): string =>
  `127.1.${Math.floor(number / 250)}.${(number % 250) + 1}`;

/** What the appliance calls a glove that calls it from there. */
export const nameOfCaller = (address: string): string => `glove-${address.replaceAll('.', '-')}`;
