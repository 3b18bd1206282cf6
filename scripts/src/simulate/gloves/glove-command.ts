import { Command, InvalidArgumentError } from 'commander';
import { port, positive, whole } from '../arguments.ts';
import { settingsHere } from '../settings.ts';
import type { GloveFormat, GloveLoad, GloveLoadOptions } from './glove-load.ts';

const formats: readonly GloveFormat[] = ['frame', 'alpha', 'legacy', 'csv5', 'csv9', 'csv15', 'csv30'];
const format = (text: string): GloveFormat => {
  const found = formats.find((one) => one === text);
  if (found === undefined) throw new InvalidArgumentError(`It must be one of ${formats.join(', ')}.`);
  return found;
};
const quality = (text: string): 0 | 1 => {
  if (text !== '0' && text !== '1') throw new InvalidArgumentError('It must be 0 or 1.');
  return text === '1' ? 1 : 0;
};

interface Options {
  url?: string;
  mqtt?: string;
  site?: string;
  password?: string;
  gloves: number;
  rate: number;
  batch: number;
  format: GloveFormat;
  qos: 0 | 1;
  calibrated?: true;
  faults: string;
  seed: number;
  seconds?: number;
  tcp?: number;
  json?: true;
}

/** `dugout simulate gloves`: gloves alone, as many and as fast as an appliance is to bear. */
export const gloveCommand = new Command('gloves')
  .description(
    'gloves alone against a running appliance, until Ctrl-C or for --seconds; exits 0 when every sample is accounted for',
  )
  .option('--url <url>', 'the appliance (by default this machine’s, as the settings say)')
  .option('--mqtt <url>', 'its broker')
  .option('--site <id>', 'its site')
  .option('--password <password>', 'password of the automatic users')
  .option('--gloves <count>', 'so many', whole, 2)
  .option('--rate <hertz>', 'samples a second of each', positive, 100)
  .option('--batch <samples>', 'samples in a frame', whole, 5)
  .option('--format <format>', `${formats.join(', ')}: frames go over MQTT, lines over TCP`, format, 'frame')
  .option('--qos <level>', 'of frames', quality, 0)
  .option('--calibrated', 'gloves that know their hand')
  .option(
    '--faults <list>',
    'such as lostRate=0.01,duplicatedRate=0.01,clockPpm=80,powerLossesPerMinute=1',
    '',
  )
  .option('--seed <number>', 'another number is other hands', whole, 1)
  .option('--seconds <seconds>', 'for so long', positive)
  .option(
    '--tcp <port>',
    'where gloves that speak lines call in: the appliance’s DUGOUT_GLOVE_TCP_PORT',
    port,
  )
  .option('--json', 'print the closing figures as one JSON object, and nothing else')
  .action(async (options: Options, command: Command) => {
    try {
      process.exitCode = await run(options);
    } catch (error) {
      command.error(`error: ${error instanceof Error ? error.message : String(error)}`);
    }
  });

async function run(options: Options): Promise<number> {
  const here = settingsHere();
  const { url = here.url, mqtt: broker = here.broker, site = here.site, password = here.password } = options;
  const { gloves, rate, batch, qos, calibrated = false, faults, seed, seconds, json = false } = options;
  if (password === undefined) throw new Error('--password is needed: the one of `user`');
  const load = await playInTerminal({
    ...{ url, broker, site, password, gloves, rate, batch, qos, calibrated, faults, seed, seconds },
    ...{ format: options.format, tcpPort: options.tcp ?? here.gloveTcpPort },
  });
  const { gloveSummary } = await import('./glove-report.ts');
  console.log(json ? JSON.stringify(load) : gloveSummary(load));
  return load.consistent ? 0 : 1;
}

/** A second signal does not wait. */
async function playInTerminal(options: GloveLoadOptions): Promise<GloveLoad> {
  const { loadWithGloves } = await import('./glove-load.ts');
  const asked = new AbortController();
  const onSignal = () => (asked.signal.aborted ? process.exit(130) : asked.abort());
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onSignal);
  return loadWithGloves(options, asked.signal);
}
