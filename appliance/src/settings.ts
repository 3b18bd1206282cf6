import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { Name } from '../contract/common.ts';
import { CarrierName } from '../contract/messaging.ts';

const whole = (from: number, to: number) => z.coerce.number().int().min(from).max(to);
const port = whole(0, 65_535);
const aPort = 'be a whole number from 0 to 65535';
const notEmpty = z.string().min(1);
const aPath = 'be a path';
/** Paths are put behind it, so nothing may stand where a path could not follow; fetch takes no user in an address. */
const isWebAddress = (address: string) => {
  if (!/^https?:\/\/[^\s?#]+$/u.test(address) || !URL.canParse(address)) return false;
  const { username, password } = new URL(address);
  return username === '' && password === '';
};
/** A modem that is not plugged in yet has no path; what is there and is no terminal never becomes one. */
const mayBeSerial = (path: string) => !existsSync(path) || statSync(path).isCharacterDevice();
const isPath = (place: string) => place.startsWith('/');
/** A glove that waits to be called, as host and port. */
const isGloveAddress = (place: string) => /^tcp:\/\/([a-z0-9.-]+|\[[0-9a-f:]+\]):\d{1,5}$/iu.test(place);
const isCountry = (code: string) => /^[A-Z]{2}$/u.test(code);
const isTimezone = (zone: string) => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
};

/**
 * Every setting there is, of all processes: how it is checked, what it must be, what it is when nobody sets it, and
 * what it means. This table is the reference's source.
 */
export const configTable = {
  DUGOUT_PROFILE: {
    schema: z.enum(['labs', 'venue', 'cloud']).default('labs'),
    must: 'be labs, venue or cloud',
    initial: 'labs',
    meaning: '`labs` (demo, everything embedded), `venue` (the NUC), `cloud` (the replica host)',
  },
  DUGOUT_DATA_DIR: {
    schema: notEmpty.optional(),
    must: aPath,
    initial: '`./data`, or systemd’s `STATE_DIRECTORY`',
    meaning: 'database files, media, keys',
  },
  DUGOUT_HTTP_HOST: {
    schema: notEmpty.default('0.0.0.0'),
    must: 'be an address of this machine',
    initial: '0.0.0.0',
    meaning: 'address of the game API and the screens',
  },
  DUGOUT_HTTP_PORT: {
    schema: port.default(8000),
    must: aPort,
    initial: '8000',
    meaning: 'port of the game API and the screens; 0 takes a free one',
  },
  DUGOUT_MQTT_PORT: {
    schema: port.default(1883),
    must: aPort,
    initial: '1883',
    meaning: 'MQTT over TCP; `/mqtt` on the HTTP port is MQTT over WebSocket; 0 takes a free one',
  },
  DUGOUT_MQTT_URL: {
    schema: z
      .url({
        protocol: /^(mqtts?|wss?)$/u,
        hostname: /./u,
      })
      .optional(),
    must: 'be like mqtts://user:password@host:8883',
    initial: 'unset = the embedded broker',
    meaning:
      'an outside MQTT broker, with the appliance’s user and password; the embedded one then does not run',
  },
  DUGOUT_CLOUD_DATABASE_URL: {
    schema: z.url({ protocol: /^postgres(ql)?$/u, hostname: /./u }).optional(),
    must: 'be like postgresql://user:password@host:5432/dugout',
    initial: 'labs: the embedded Postgres; elsewhere unset = no replication yet, changes wait',
    meaning:
      'the replica’s database, any Postgres from 15 on; the seed’s `DATABASE_URL` is accepted. In labs its schema is made there',
    seed: 'DATABASE_URL',
  },
  DUGOUT_COMMAND_WAIT_MS: {
    schema: whole(0, 60_000).default(3_000),
    must: 'be a whole number from 0 to 60000',
    initial: '3000',
    meaning: 'how long the replica waits for the venue’s own answer before it says that an action is queued',
  },
  DUGOUT_MEDIA_URL: {
    schema: z.url({ protocol: /^s3s?$/u, hostname: /./u }).optional(),
    must: 'be like s3s://key:secret@host/bucket?region=eu-central-1 (s3:// for plain HTTP)',
    initial: 'unset = Postgres',
    meaning: 'an S3-compatible store for pictures in the cloud',
  },
  DUGOUT_REPLICA_PORT: {
    schema: port.default(8100),
    must: aPort,
    initial: '8100',
    meaning: 'port of the replica’s API and console; 0 takes a free one',
  },
  DUGOUT_TLS_DIR: {
    schema: z.undefined().optional(),
    must: 'be unset',
    initial: 'unset',
    meaning: 'certificate and key for HTTPS and MQTTS; not part of this release',
  },
  DUGOUT_SITE_ID: {
    schema: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,40}$/u)
      .default('labs'),
    must: 'be a slug: lower-case letters, digits and dashes, at most 41',
    initial: 'labs',
    meaning: 'the venue',
  },
  DUGOUT_SITE_NAME: {
    schema: Name.pipe(z.string().max(60)).default('Dugout Labs'),
    must: 'have 1 to 60 characters',
    initial: 'Dugout Labs',
    meaning: 'the venue’s name, as guests read it',
  },
  DUGOUT_SECRET_KEY: {
    schema: z.string().min(16).optional(),
    must: 'have at least 16 characters',
    initial: 'labs: generated and kept in the data directory; elsewhere required',
    meaning: 'signs tokens, seals secrets; the seed’s `SECRET_KEY` is accepted',
    seed: 'SECRET_KEY',
  },
  DUGOUT_BOOTSTRAP_PASSWORD: {
    schema: z.string().min(8).optional(),
    must: 'have at least 8 characters',
    initial: 'generated and printed once',
    meaning: 'password of the three automatic users on first start',
  },
  DUGOUT_PUBLIC_URL: {
    schema: z.string().refine(isWebAddress).optional(),
    must: 'be like https://play.example.com, without user, query and fragment',
    initial: 'the first LAN address',
    meaning: 'where a guest’s phone finds their page',
  },
  DUGOUT_SMS: {
    schema: z
      .string()
      .default('log')
      .transform((list) => list.split(',').map((name) => name.trim()))
      .pipe(z.array(CarrierName))
      .refine((names) => new Set(names).size === names.length)
      // It takes every text, so nobody behind it would ever get one.
      .refine((names) => !names.slice(0, -1).includes('log')),
    must: 'name twilio, modem and log once at most, separated by commas, and log last',
    initial: 'log',
    meaning:
      'how texts leave, in order of preference, comma separated: `twilio`, `modem`; `log`, which can only be the last, keeps them in the outbox, where staff read them',
  },
  TWILIO_ACCOUNT_SID: {
    schema: z
      .string()
      .regex(/^AC[0-9a-f]{32}$/u)
      .optional(),
    must: 'be AC and 32 hexadecimal digits',
    initial: 'unset',
    meaning: 'the account at Twilio; needed when `DUGOUT_SMS` names `twilio`',
  },
  TWILIO_AUTH_TOKEN: {
    schema: notEmpty.optional(),
    must: 'be the token that the account’s console shows',
    initial: 'unset',
    meaning: 'its secret, which also proves that a webhook comes from Twilio',
  },
  TWILIO_FROM: {
    schema: z
      .string()
      .regex(/^(\+[1-9]\d{4,14}|MG[0-9a-f]{32})$/u)
      .optional(),
    must: 'be a number such as +14155550123, or MG and 32 hexadecimal digits',
    initial: 'unset',
    meaning: 'the number, or the messaging service, that texts come from',
  },
  TWILIO_API_URL: {
    schema: z.string().refine(isWebAddress).default('https://api.twilio.com'),
    must: 'be like https://api.twilio.com, without user, query and fragment',
    initial: 'https://api.twilio.com',
    meaning: 'where Twilio is, so that a stand-in can be used',
  },
  DUGOUT_MODEM_PATH: {
    schema: notEmpty.refine(mayBeSerial).optional(),
    must: 'be the path of a serial line, such as /dev/serial/by-id/…, and no file or directory',
    initial: 'unset',
    meaning:
      'serial path of a GSM modem, best below `/dev/serial/by-id`; needed when `DUGOUT_SMS` names `modem`',
  },
  DUGOUT_GLOVE_PORTS: {
    schema: z
      .string()
      .default('')
      .transform((list) =>
        list
          .split(',')
          .map((place) => place.trim())
          .filter((place) => place !== ''),
      )
      .pipe(
        z.array(z.string().refine((place) => isGloveAddress(place) || (isPath(place) && mayBeSerial(place)))),
      )
      .refine((places) => new Set(places).size === places.length),
    must: 'name paths of serial lines, such as /dev/serial/by-id/…, and addresses such as tcp://glove.local:3333, once each, separated by commas',
    initial: 'unset',
    meaning:
      'where gloves are plugged in: paths of serial lines, best below `/dev/serial/by-id`, comma separated; gloves that wait to be called are `tcp://host:port`',
  },
  DUGOUT_GLOVE_TCP_PORT: {
    schema: port.optional(),
    must: aPort,
    initial: 'unset = off',
    meaning: 'port to which gloves connect that speak lines over TCP, usually 65432; 0 takes a free one',
  },
  DUGOUT_GLOVE_INGEST: {
    schema: z.enum(['appliance', 'workers']).default('appliance'),
    must: 'be appliance or workers',
    initial: 'appliance',
    meaning:
      'who stores what gloves send: the `appliance`, or `workers` of their own that share the streams of an outside broker; the appliance then only watches',
  },
  DUGOUT_GLOVE_WORKER: {
    schema: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,20}$/u)
      .default('1'),
    must: 'be lower-case letters, digits and dashes, at most 21',
    initial: '1',
    meaning:
      'name of a glove worker, its own and the same at each start: under it the outside broker keeps what it has not taken',
  },
  DUGOUT_QUIET_HOURS: {
    schema: z
      .string()
      .regex(/^(off|([01]?\d|2[0-3])-([01]?\d|2[0-3]))$/u)
      .default('21-8')
      .transform((span) => {
        const [from, until] = span.split('-').map(Number);
        return from === undefined || until === undefined ? null : { from, until };
      })
      .refine((span) => span?.from !== span?.until || span === null),
    must: 'be two different hours such as 21-8, or off',
    initial: '21-8',
    meaning: 'local hours in which guests are not texted unasked: texts that can wait, wait; `off` for none',
  },
  DUGOUT_QUIET_CALLS: {
    schema: z.enum(['send', 'hold']).default('send'),
    must: 'be send or hold',
    initial: 'send',
    meaning:
      'calls in quiet hours: `send` (the guest asked for them minutes ago), `hold` (board and staff call)',
  },
  DUGOUT_CLOSE_TEXT_AT: {
    schema: whole(0, 50).default(2),
    must: 'be a whole number from 0 to 50',
    initial: '2',
    meaning: 'at this place in the queue a guest who joined further back is told to stay close; 0 for never',
  },
  DUGOUT_COUNTRY: {
    schema: z.string().refine(isCountry).default('US'),
    must: 'be a country code such as US',
    initial: 'US',
    meaning: 'country of phone numbers that are given without a country code',
  },
  DUGOUT_TIMEZONE: {
    schema: z.string().refine(isTimezone).optional(),
    must: 'be a time zone such as America/Chicago',
    initial: 'the machine’s',
    meaning: 'the venue’s time zone, for days and for dates on souvenirs',
  },
  DUGOUT_DAY_STARTS_AT: {
    schema: whole(0, 23).default(4),
    must: 'be a whole number from 0 to 23',
    initial: '4',
    meaning: 'local hour at which an event day begins: an evening past midnight is one day',
  },
  DUGOUT_LOG_LEVEL: {
    schema: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
    must: 'be trace, debug, info, warn, error or silent',
    initial: 'info',
    meaning: 'how much is logged',
  },
  DUGOUT_SECRETS_FILE: {
    schema: notEmpty.optional(),
    must: 'be the path of a file',
    initial: '`/var/secrets/env` where it exists',
    meaning: 'a file of `NAME=value` lines that are used where the environment has none',
  },
} as const satisfies Record<string, Setting>;

interface Setting {
  readonly schema: z.ZodType;
  /** All that is allowed, in a sentence that begins with “must”: how to mend whatever is wrong with it. */
  readonly must: string;
  readonly initial: string;
  readonly meaning: string;
  /** The name it has in the seed. */
  readonly seed?: string;
}

/** Every setting, checked. */
export type Settings = { [Name in keyof typeof configTable]: z.output<(typeof configTable)[Name]['schema']> };

/** What is wrong with the configuration and how to mend it, one line each. */
export class BadConfiguration extends Error {
  readonly lines: readonly string[];
  constructor(lines: readonly string[]) {
    super(`the configuration is not usable:\n${lines.map((line) => `  - ${line}`).join('\n')}`);
    this.name = 'BadConfiguration';
    this.lines = lines;
  }
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads every setting from the environment, from systemd’s credentials and from the secrets file, in this order.
 * Throws `BadConfiguration` with all that is wrong at once.
 */
export function readSettings(environment: Environment): Settings {
  const wrong: string[] = [];
  const sources = [environment, systemdCredentials(environment), secretsFile(environment, wrong)];
  const settings: Record<string, unknown> = {};
  for (const [name, entry] of Object.entries(configTable)) {
    const names = 'seed' in entry ? [name, entry.seed] : [name];
    const raw = sources
      .flatMap((source) => names.map((one) => source[one]))
      .find((value) => value !== undefined && value !== '');
    const result = entry.schema.safeParse(raw);
    if (result.success) settings[name] = result.data;
    else wrong.push(`${name}: must ${entry.must} (${entry.meaning})`);
  }
  if (wrong.length > 0) throw new BadConfiguration(wrong);
  return settings as Settings;
}

function secretsFile(environment: Environment, wrong: string[]): Environment {
  const named = environment['DUGOUT_SECRETS_FILE'];
  const file = named ?? '/var/secrets/env';
  if (!existsSync(file) || statSync(file).isDirectory()) {
    if (named !== undefined) wrong.push(`DUGOUT_SECRETS_FILE: there is no file ${named}`);
    return {};
  }
  const pairs = readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => /^\s*(?:export\s+)?([A-Z][A-Z0-9_]*)=(["']?)(.*?)\2\s*$/u.exec(line))
    .flatMap((match) => (match?.[1] === undefined ? [] : [[match[1], match[3] ?? '']]));
  return Object.fromEntries(pairs);
}

/** systemd hands secrets over as files named after the setting. */
function systemdCredentials(environment: Environment): Environment {
  const directory = environment['CREDENTIALS_DIRECTORY'];
  if (directory === undefined || !existsSync(directory)) return {};
  const names = readdirSync(directory).filter((name) => name in configTable);
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(directory, name), 'utf8').trim()]));
}

/** Where this process keeps what it owns. */
export const dataDirectoryOf = (settings: Settings, environment: Environment): string =>
  resolve(settings.DUGOUT_DATA_DIR ?? environment['STATE_DIRECTORY'] ?? 'data');

/**
 * The key that signs and seals. Labs need no set-up: theirs is made once and kept where only this user can read it.
 * Throws `BadConfiguration` elsewhere when there is none.
 */
export function secretKeyOf(settings: Settings, dataDirectory: string): string {
  if (settings.DUGOUT_SECRET_KEY !== undefined) return settings.DUGOUT_SECRET_KEY;
  if (settings.DUGOUT_PROFILE === 'labs') return labsSecret(dataDirectory);
  throw new BadConfiguration([
    `DUGOUT_SECRET_KEY is required in profile ${settings.DUGOUT_PROFILE}: set it to a long random text`,
  ]);
}

function labsSecret(dataDirectory: string): string {
  const keys = join(dataDirectory, 'keys');
  const file = join(keys, 'secret-key');
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  mkdirSync(keys, { recursive: true, mode: 0o700 });
  const secret = randomBytes(32).toString('base64url');
  writeFileSync(file, `${secret}\n`, { mode: 0o600 });
  return secret;
}
