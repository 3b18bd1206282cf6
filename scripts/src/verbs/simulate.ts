import { Command, InvalidArgumentError } from 'commander';
import { port, positive, whole } from '../simulate/arguments.ts';
import { type FaultKind, faultKinds } from '../simulate/faults.ts';
import { gloveCommand } from '../simulate/gloves/glove-command.ts';
import { settingsHere } from '../simulate/settings.ts';
import type { ReplicaHere } from '../simulate/simulation.ts';

const faultList = (text: string): FaultKind[] =>
  text.split(',').map((name) => {
    const kind = faultKinds.find((one) => one === name.trim());
    if (kind === undefined) throw new InvalidArgumentError(`It must be a list of ${faultKinds.join(', ')}.`);
    return kind;
  });

interface Options {
  url?: string;
  mqtt?: string;
  site?: string;
  password?: string;
  pace: number;
  guests?: number;
  minutes?: number;
  rigs: number;
  attractions: string;
  seed: number;
  faults: FaultKind[];
  faultsEvery: number;
  twilio?: number;
  modem?: string;
  replica?: string;
  wan?: number;
  gloves?: true;
  shared?: true;
  json?: true;
}

export default new Command('simulate')
  .description(
    'plays tablets, guests, rigs, floor staff and phones against a running appliance, over HTTP and MQTT; exits 0 when everything that was acknowledged is there at the end, once',
  )
  .enablePositionalOptions()
  .addCommand(gloveCommand)
  .option('--url <url>', 'the appliance (by default this machine’s, as the settings say)')
  .option('--mqtt <url>', 'its broker')
  .option('--site <id>', 'its site')
  .option('--password <password>', 'password of the automatic users')
  .option('--pace <factor>', 'seconds of the venue’s time in one real second', positive, 1)
  .option('--guests <count>', 'close the doors after so many guests', whole)
  .option('--minutes <minutes>', 'close the doors after so many minutes of the venue’s time', positive)
  .option('--rigs <count>', 'stations of each attraction', whole, 2)
  .option('--attractions <list>', 'what the guests come for', 'derby,pong,glove')
  .option('--seed <number>', 'another number is another crowd', whole, 1)
  .option(
    '--faults <list>',
    'take things away in the middle of the work: rig (its plug), wan, modem, glove (its battery). On a terminal the letters r, w, m, g do so at once',
    faultList,
    [],
  )
  .option('--faults-every <seconds>', 'about so often', positive, 45)
  .option('--twilio <port>', 'stand in for Twilio here: the appliance’s TWILIO_API_URL leads to it', port)
  .option('--modem <path>', 'plug an emulated modem in here: the appliance’s DUGOUT_MODEM_PATH')
  .option(
    '--replica <url>',
    'the replica of this machine’s appliance: somebody acts there now and then, and at the end both are compared. DUGOUT_CLOUD_DATABASE_URL names its database',
  )
  .option('--wan <port>', 'be the internet here: the daemon’s DUGOUT_CLOUD_DATABASE_URL leads to it', port)
  .option(
    '--gloves',
    'gloves lie at the glove seats, and some guests come again for them; DUGOUT_GLOVE_TCP_PORT of the appliance lets one call in',
  )
  .option('--shared', 'people use the same accounts at the same time')
  .option('--json', 'print the closing figures as one JSON object, and nothing else')
  .action(async (options: Options, command: Command) => {
    try {
      process.exitCode = await run(options);
    } catch (error) {
      command.error(`error: ${error instanceof Error ? error.message : String(error)}`);
    }
  });

async function replicaAt(
  url: string | undefined,
  here: ReturnType<typeof settingsHere>,
): Promise<ReplicaHere | undefined> {
  if (url === undefined) return undefined;
  const { cloudUrl, site, dataDirectory } = here;
  if (cloudUrl === undefined)
    throw new Error('--replica needs DUGOUT_CLOUD_DATABASE_URL, where the rows of the replica are');
  const { hostname, port: given } = new URL(cloudUrl);
  const { bothEnds } = await import('../../../cloud-sync/src/both-ends.ts');
  return {
    url,
    ends: bothEnds({ site, dataDirectory, cloudUrl }),
    database: { host: hostname.replace(/^\[|\]$/gu, ''), port: Number(given || usualPostgresPort) },
  };
}
const usualPostgresPort = 5432;

async function run(options: Options): Promise<number> {
  const { pace, guests, minutes, rigs, seed, twilio, modem, shared = false, json = false } = options;
  const here = settingsHere();
  const { url = here.url, mqtt: broker = here.broker, site = here.site, password = here.password } = options;
  if (password === undefined) {
    throw new Error('--password is needed: the one of `user`, `mlbtablet` and `mlbvrgame`');
  }
  const [first, ...others] = options.attractions.split(',').filter((id) => id !== '');
  if (first === undefined) throw new Error('--attractions names none');

  // The actors bring an image library and an MQTT client, the replica its database: other verbs need not load them.
  const { runInTerminal } = await import('../simulate/terminal.ts');
  const attractions = [first, ...others] as const;
  return runInTerminal(
    {
      ...{ url, broker, site, password, pace, guests, minutes, rigs, seed, attractions, shared },
      ...{ twilio, modem, wan: options.wan, replica: await replicaAt(options.replica, here) },
      ...(options.gloves ? { gloves: { tcpPort: here.gloveTcpPort } } : {}),
      ...{ faults: { kinds: options.faults, everySeconds: options.faultsEvery } },
    },
    json,
  );
}
