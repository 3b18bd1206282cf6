import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { freePort } from '../../../appliance/src/free-port.ts';

export interface Demonstration {
  /** What the appliance is started with, beside the user's own settings. */
  readonly settings: Readonly<Record<string, string>>;
  /** Arguments of `dugout`, to play at that appliance, and between it and the cloud that its settings name. */
  readonly simulation: readonly string[];
  /** The cloud's address as the daemon has it: on a way that the simulation can cut. */
  daemonsWay(cloudUrl: string): string;
}

/** A minute of the venue in six seconds, on accounts that whoever looks on uses too. */
const crowd = ['simulate', '--shared', '--pace', '10', '--faults-every', '20', '--gloves'];
/** The internet goes every other time: about every forty seconds. */
const losses = (...others: readonly string[]) => [
  '--faults',
  others.flatMap((kind) => ['wan', kind]).join(','),
];
/** Everybody can see who sent what: it is an account of nobody. */
const account = {
  TWILIO_ACCOUNT_SID: `AC${'0'.repeat(31)}1`,
  TWILIO_AUTH_TOKEN: 'stand-in-token',
  TWILIO_FROM: '+15005550006',
};

/**
 * A venue between which and the cloud there is an internet that comes and goes, and whose texts leave by a stand-in
 * for Twilio and, where this machine can have one, by an emulated modem; both are the simulation's to take away, Twilio
 * with the internet. One of its gloves calls in, the others speak MQTT. A user who has chosen ways out for texts keeps
 * them.
 */
export async function demonstration(
  environment: NodeJS.ProcessEnv,
  dataDirectory: string,
  replicaPort: number,
): Promise<Demonstration> {
  const wan = await freePort();
  const daemonsWay = (cloudUrl: string) => {
    const url = new URL(cloudUrl);
    url.host = `127.0.0.1:${wan}`;
    return url.href;
  };
  const ends = ['--replica', `http://127.0.0.1:${replicaPort}`, '--wan', String(wan)];
  if (environment['DUGOUT_SMS'])
    return { settings: {}, simulation: [...crowd, ...ends, ...losses('rig', 'glove')], daemonsWay };
  const port = await freePort();
  const modem = join(dataDirectory, 'modem');
  const withModem = canEmulateModems();
  return {
    settings: {
      ...account,
      DUGOUT_SMS: withModem ? 'twilio,modem' : 'twilio',
      TWILIO_API_URL: `http://127.0.0.1:${port}`,
      DUGOUT_GLOVE_TCP_PORT: environment['DUGOUT_GLOVE_TCP_PORT'] ?? String(await freePort()),
      ...(withModem ? { DUGOUT_MODEM_PATH: modem } : {}),
    },
    simulation: [
      ...[...crowd, ...ends, '--twilio', String(port)],
      ...(withModem ? losses('glove', 'rig', 'modem') : losses('glove', 'rig')),
      ...(withModem ? ['--modem', modem] : []),
    ],
    daemonsWay,
  };
}

/** The emulated modem stands behind a pseudo terminal, which a program in Perl makes. */
const canEmulateModems = (): boolean =>
  spawnSync('perl', ['-e', 'open my $terminal, "+<", "/dev/ptmx" or exit 1']).status === 0;
