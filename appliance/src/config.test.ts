import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadConfig, loadGloveWorkerConfig } from './config.ts';
import { BadConfiguration, configTable } from './settings.ts';
import { aTemporaryDirectory } from './testing/temporary-directory.ts';

const secret = 'a secret of thirty-two characters';
/** What is wrong with an environment; nothing when it is fine. */
function complaints(environment: Record<string, string>): readonly string[] {
  try {
    loadConfig({ DUGOUT_SECRET_KEY: secret, ...environment });
    return [];
  } catch (error) {
    if (error instanceof BadConfiguration) return error.lines;
    throw error;
  }
}

test('labs need nothing: the secret is made once, for this user alone', () => {
  const DUGOUT_DATA_DIR = aTemporaryDirectory();
  const first = loadConfig({ DUGOUT_DATA_DIR });
  expect(first).toMatchObject({
    profile: 'labs',
    dataDirectory: DUGOUT_DATA_DIR,
    http: { host: '0.0.0.0', port: 8000 },
    mqtt: { port: 1883 },
    site: { id: 'labs' },
    bootstrapPassword: undefined,
  });
  expect(first.secretKey.length).toBeGreaterThan(40);
  expect(loadConfig({ DUGOUT_DATA_DIR }).secretKey).toBe(first.secretKey);
  expect(statSync(join(DUGOUT_DATA_DIR, 'keys/secret-key')).mode & 0o777).toBe(0o600);
  expect(statSync(join(DUGOUT_DATA_DIR, 'keys')).mode & 0o777).toBe(0o700);
});

test.each(['venue', 'cloud'])('%s needs a secret that somebody chose', (DUGOUT_PROFILE) => {
  const DUGOUT_DATA_DIR = aTemporaryDirectory();
  expect(() => loadConfig({ DUGOUT_PROFILE, DUGOUT_DATA_DIR })).toThrow(/DUGOUT_SECRET_KEY is required/u);
  expect(loadConfig({ DUGOUT_PROFILE, DUGOUT_DATA_DIR, SECRET_KEY: secret }).secretKey).toBe(secret);
});

describe.each([
  ['DUGOUT_PROFILE', ['prod', 'LABS', ' labs']],
  ['DUGOUT_HTTP_PORT', ['eighty', '-1', '65536', '80.5', '8000x']],
  ['DUGOUT_MQTT_PORT', ['mqtt', '1e9']],
  ['DUGOUT_MQTT_URL', ['broker', 'http://broker', 'mqtt://', 'mqtt:1883', 'localhost:1883']],
  ['DUGOUT_SITE_ID', ['Wrigley', 'a b', '-a', 'x'.repeat(42), '../etc', 'ä']],
  ['DUGOUT_SITE_NAME', ['x'.repeat(61), ' ', '\u2800']],
  ['DUGOUT_SECRET_KEY', ['short']],
  ['DUGOUT_BOOTSTRAP_PASSWORD', ['1234567']],
  [
    'DUGOUT_PUBLIC_URL',
    [
      'venue.example',
      'ftp://venue.example',
      'javascript:alert(1)',
      'http:venue.example',
      'https://venue.example/?a=b',
      'https://venue.example?',
      'https://venue.example#top',
      'https://staff:secret@venue.example',
    ],
  ],
  ['DUGOUT_SMS', ['pigeon', 'log,pigeon', 'log,log', ',', 'log,twilio', 'twilio,log,modem']],
  ['TWILIO_ACCOUNT_SID', ['AC1', `SK${'0'.repeat(32)}`]],
  ['TWILIO_FROM', ['4155550123', 'Dugout', 'MG1']],
  ['TWILIO_API_URL', ['api.twilio.com', 'file:///etc', 'http://127.0.0.1:1/?a=b', 'http://127.0.0.1/#a']],
  ['DUGOUT_MODEM_PATH', ['/etc', '/etc/hostname', import.meta.filename]],
  [
    'DUGOUT_GLOVE_PORTS',
    [
      '/etc',
      '/etc/hostname',
      'ttyUSB0',
      '/dev/tty,/dev/tty',
      'tcp://glove',
      'tcp://glove:3333/x',
      'glove:3333',
    ],
  ],
  ['DUGOUT_GLOVE_TCP_PORT', ['65536', 'glove']],
  ['DUGOUT_GLOVE_INGEST', ['worker', 'nobody']],
  ['DUGOUT_QUIET_HOURS', ['8-8', '8-08', '21', '21-24', '9pm-8am', '-8', 'on']],
  ['DUGOUT_QUIET_CALLS', ['drop', 'yes']],
  ['DUGOUT_CLOSE_TEXT_AT', ['-1', '51', 'two']],
  ['DUGOUT_COUNTRY', ['USA', 'us', '1']],
  ['DUGOUT_TIMEZONE', ['Chicago', 'Mars/Olympus']],
  ['DUGOUT_DAY_STARTS_AT', ['24', '-1', '4:00']],
  ['DUGOUT_LOG_LEVEL', ['loud']],
  ['DUGOUT_TLS_DIR', ['/etc/tls']],
  ['DUGOUT_SECRETS_FILE', ['/nowhere/env', '/etc']],
] as const)('%s', (name, values) => {
  test.each(values)('may not be %s', (value) => {
    const lines = complaints({ [name]: value });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(new RegExp(`^${name}: (must|there is no file) .`, 'u'));
    expect(lines[0]).not.toMatch(/invalid|expected|received|undefined|too (small|big)/iu);
    expect(lines[0]).not.toContain(secret);
  });
});

test('everything that is wrong is said at once, and how to mend it', () => {
  const environment = { DUGOUT_HTTP_PORT: 'x', DUGOUT_SITE_ID: 'X', DUGOUT_TIMEZONE: 'x' };
  expect(complaints(environment)).toHaveLength(3);
  expect(() => loadConfig(environment)).toThrow(/slug.*\n.*America\/Chicago/su);
});

describe('carriers', () => {
  const twilio = {
    TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
    TWILIO_AUTH_TOKEN: 'a token of Twilio',
    TWILIO_FROM: '+14155550123',
  };
  const carriersOf = (environment: Record<string, string>) =>
    loadConfig({ DUGOUT_SECRET_KEY: secret, ...environment }).texts.carriers;

  test('none is needed', () => expect(carriersOf({})).toEqual([{ name: 'log' }]));

  test('are listed in the order of preference, each with what it needs', () => {
    const DUGOUT_MODEM_PATH = '/dev/serial/by-id/modem';
    expect(carriersOf({ ...twilio, DUGOUT_MODEM_PATH, DUGOUT_SMS: 'modem, twilio,log' })).toEqual([
      { name: 'modem', path: DUGOUT_MODEM_PATH },
      {
        name: 'twilio',
        accountSid: twilio.TWILIO_ACCOUNT_SID,
        authToken: twilio.TWILIO_AUTH_TOKEN,
        from: twilio.TWILIO_FROM,
        apiUrl: 'https://api.twilio.com',
      },
      { name: 'log' },
    ]);
  });

  test('that lack something are refused, with a line for each thing', () => {
    const lines = complaints({ DUGOUT_SMS: 'twilio,modem' });
    expect(lines.map((line) => line.split(' ')[0])).toEqual([
      'TWILIO_ACCOUNT_SID',
      'TWILIO_AUTH_TOKEN',
      'TWILIO_FROM',
      'DUGOUT_MODEM_PATH',
    ]);
    expect(lines[0]).toBe(
      'TWILIO_ACCOUNT_SID is required when DUGOUT_SMS names twilio; it must be AC and 32 hexadecimal digits',
    );
    expect(complaints({ ...twilio, DUGOUT_SMS: 'twilio', TWILIO_AUTH_TOKEN: '' })).toHaveLength(1);
    expect(complaints({ DUGOUT_SMS: 'log' })).toEqual([]);
  });
});

test('a modem may be plugged in later, and is a terminal when it is there', () => {
  expect(complaints({ DUGOUT_MODEM_PATH: join(aTemporaryDirectory(), 'ttyUSB0') })).toEqual([]);
  expect(complaints({ DUGOUT_MODEM_PATH: '/dev/tty' })).toEqual([]);
  expect(complaints({ DUGOUT_MODEM_PATH: '/etc/hostname/ttyUSB0' })).toEqual([]);
});

test('gloves are where they are plugged in, and where they wait to be called', () => {
  const DUGOUT_GLOVE_PORTS = ' /dev/serial/by-id/usb-left , tcp://glove.local:3333,tcp://[::1]:3333,';
  const { gloves } = loadConfig({ DUGOUT_SECRET_KEY: secret, DUGOUT_GLOVE_PORTS });
  expect(gloves).toEqual({
    places: ['/dev/serial/by-id/usb-left', 'tcp://glove.local:3333', 'tcp://[::1]:3333'],
    tcpPort: undefined,
    ingest: 'appliance',
  });
});

test('glove workers share an outside broker, and need no secret', () => {
  expect(complaints({ DUGOUT_GLOVE_INGEST: 'workers' })).toEqual([
    'DUGOUT_MQTT_URL is required when DUGOUT_GLOVE_INGEST is workers: they share an outside broker',
  ]);
  expect(() => loadGloveWorkerConfig({})).toThrow(/DUGOUT_MQTT_URL is required/u);
  const DUGOUT_MQTT_URL = 'mqtts://glove-worker-2:secret@broker.example:8883';
  const environment = {
    DUGOUT_PROFILE: 'venue',
    DUGOUT_DATA_DIR: '/var/lib/dugout',
    DUGOUT_GLOVE_WORKER: '2',
  };
  expect(loadGloveWorkerConfig({ ...environment, DUGOUT_MQTT_URL })).toEqual({
    dataDirectory: '/var/lib/dugout',
    mqttUrl: DUGOUT_MQTT_URL,
    siteId: 'labs',
    name: '2',
    logLevel: 'info',
  });
});

test.each([
  ['off', null],
  ['21-8', { from: 21, until: 8 }],
  ['0-23', { from: 0, until: 23 }],
])('quiet hours %s', (DUGOUT_QUIET_HOURS, quietHours) => {
  expect(loadConfig({ DUGOUT_SECRET_KEY: secret, DUGOUT_QUIET_HOURS }).texts.quietHours).toEqual(quietHours);
});

test('a complaint does not tell the secret', () => {
  expect(complaints({ DUGOUT_SMS: 'twilio', TWILIO_AUTH_TOKEN: 'hunter2' }).join()).not.toContain('hunter2');
  expect(complaints({ DUGOUT_SECRET_KEY: 'hunter2' }).join()).not.toContain('hunter2');
});

test('an empty variable is one that is not set', () => {
  const DUGOUT_DATA_DIR = aTemporaryDirectory();
  expect(loadConfig({ DUGOUT_DATA_DIR, DUGOUT_HTTP_PORT: '', DUGOUT_PUBLIC_URL: '' })).toMatchObject({
    http: { port: 8000 },
    publicUrl: undefined,
  });
});

describe('where settings come from', () => {
  test('a secrets file, in the seed’s form', () => {
    const directory = aTemporaryDirectory();
    const DUGOUT_SECRETS_FILE = join(directory, 'env');
    writeFileSync(
      DUGOUT_SECRETS_FILE,
      `# secrets\nSECRET_KEY=${secret}=with=signs\n\n  DUGOUT_HTTP_PORT=9000  \nnot a line\nSENTRY_DSN=\nexport DUGOUT_SITE_NAME="River Park"\n`,
    );
    const config = loadConfig({ DUGOUT_PROFILE: 'venue', DUGOUT_DATA_DIR: directory, DUGOUT_SECRETS_FILE });
    expect(config.secretKey).toBe(`${secret}=with=signs`);
    expect(config.http.port).toBe(9000);
    expect(config.site.name).toBe('River Park');
  });

  test('the environment comes before the credentials of systemd, those before the file', () => {
    const directory = aTemporaryDirectory();
    const CREDENTIALS_DIRECTORY = join(directory, 'credentials');
    mkdirSync(CREDENTIALS_DIRECTORY);
    writeFileSync(join(CREDENTIALS_DIRECTORY, 'DUGOUT_SITE_NAME'), 'from systemd\n');
    writeFileSync(join(CREDENTIALS_DIRECTORY, 'DUGOUT_SITE_ID'), 'from-systemd\n');
    const DUGOUT_SECRETS_FILE = join(directory, 'env');
    writeFileSync(DUGOUT_SECRETS_FILE, 'DUGOUT_SITE_NAME=from the file\nDUGOUT_MQTT_PORT=1884\n');
    const config = loadConfig({
      DUGOUT_DATA_DIR: directory,
      CREDENTIALS_DIRECTORY,
      DUGOUT_SECRETS_FILE,
      DUGOUT_SITE_ID: 'from-environment',
    });
    expect(config.site).toEqual({ id: 'from-environment', name: 'from systemd' });
    expect(config.mqtt.port).toBe(1884);
  });

  test('our own name comes before the seed’s', () => {
    const both = { SECRET_KEY: 'the name in the seed', DUGOUT_SECRET_KEY: secret };
    expect(loadConfig(both).secretKey).toBe(secret);
  });

  test('systemd’s state directory is the data directory unless another is named', () => {
    const STATE_DIRECTORY = aTemporaryDirectory();
    const directoryWith = (more: Record<string, string>) =>
      loadConfig({ STATE_DIRECTORY, DUGOUT_SECRET_KEY: secret, ...more }).dataDirectory;
    expect(directoryWith({})).toBe(STATE_DIRECTORY);
    expect(directoryWith({ DUGOUT_DATA_DIR: '/elsewhere' })).toBe('/elsewhere');
  });
});

test('the public address has no slash at its end, so that paths can be put behind it', () => {
  const config = loadConfig({ DUGOUT_SECRET_KEY: secret, DUGOUT_PUBLIC_URL: 'https://venue.example/play//' });
  expect(config.publicUrl).toBe('https://venue.example/play');
});

test('every setting explains itself and has a default that can be documented', () => {
  for (const [name, { meaning, initial }] of Object.entries(configTable)) {
    expect(name).toMatch(/^(DUGOUT|TWILIO)_[A-Z_]+$/u);
    expect(meaning).toMatch(/\S{3}/u);
    expect(initial).not.toBe('');
  }
});
