import { Command, InvalidArgumentError } from 'commander';
import { settingsHere } from '../simulate/settings.ts';

const positive = (text: string): number => {
  const figure = Number(text);
  if (!Number.isFinite(figure) || figure <= 0) throw new InvalidArgumentError('It must be a number above 0.');
  return figure;
};
const whole = (text: string): number => {
  if (!/^\d+$/u.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
};

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
  shared?: true;
  json?: true;
}

export default new Command('simulate')
  .description(
    'plays tablets, guests, rigs, floor staff and phones against a running appliance, over HTTP and MQTT; exits 0 when everything that was acknowledged is there at the end, once',
  )
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
  .option('--shared', 'people use the same accounts at the same time')
  .option('--json', 'print the closing figures as one JSON object, and nothing else')
  .action(async (options: Options, command: Command) => {
    try {
      process.exitCode = await run(options);
    } catch (error) {
      command.error(`error: ${error instanceof Error ? error.message : String(error)}`);
    }
  });

async function run(options: Options): Promise<number> {
  const { pace, guests, minutes, rigs, seed, shared = false, json = false } = options;
  const here = settingsHere();
  const { url = here.url, mqtt: broker = here.broker, site = here.site, password = here.password } = options;
  if (password === undefined) {
    throw new Error('--password is needed: the one of `user`, `mlbtablet` and `mlbvrgame`');
  }
  const [first, ...others] = options.attractions.split(',').filter((id) => id !== '');
  if (first === undefined) throw new Error('--attractions names none');

  // The actors bring an image library and an MQTT client, which other verbs need not load.
  const { runInTerminal } = await import('../simulate/terminal.ts');
  const attractions = [first, ...others] as const;
  return runInTerminal(
    { url, broker, site, password, pace, guests, minutes, rigs, seed, attractions, shared },
    json,
  );
}
