import { styleText } from 'node:util';
import { renderUnicodeCompact } from 'uqr';
import { screens } from './screens.ts';

export interface Welcome {
  readonly port: number;
  readonly mqttPort: number;
  /** Of the outside broker, without its password, where the venue has one. */
  readonly broker: string | undefined;
  readonly profile: string;
  readonly dataDirectory: string;
  /** Addresses of this machine on its networks; none when it listens on loopback alone. */
  readonly lan: readonly string[];
  /** Password of the automatic users, where it was generated here. */
  readonly password: string | undefined;
  /** Undefined where the replica runs elsewhere. */
  readonly replicaPort: number | undefined;
  /** Whether there is a cloud to replicate to. */
  readonly ships: boolean;
}

const bold = (text: string): string => styleText('bold', text);
const soft = (text: string): string => styleText('dim', text);
const line = (label: string, text: string): string => `  ${soft(label.padEnd(16))}${text}`;

/** What a newcomer needs to know once everything runs. */
export function welcomeText(welcome: Welcome): string {
  const { port, mqttPort, broker, profile, dataDirectory, lan, password, replicaPort, ships } = welcome;
  const local = `http://localhost:${port}`;
  const [phone] = lan.map((address) => `http://${address}:${port}`);
  return [
    '',
    `  ${bold('Dugout is running.')} ${soft(`Profile ${profile}, data in ${dataDirectory}`)}`,
    '',
    ...screens
      .filter((screen) => !('at' in screen))
      .map(({ path, name, who }) => line(name, `${`${local}${path}`.padEnd(36)}${soft(who)}`)),
    '',
    line(
      'On the network',
      lan.length > 0
        ? lan.map((address) => `http://${address}:${port}`).join('  ')
        : 'not: it listens on this machine alone',
    ),
    line(
      'Devices',
      broker ??
        `mqtt://${lan[0] ?? 'localhost'}:${mqttPort}  ${soft('and')}  ws://${lan[0] ?? 'localhost'}:${port}/mqtt`,
    ),
    line('Reference', `${local}/docs`),
    ...(replicaPort === undefined ? [] : replicaLines(replicaPort)),
    '',
    line(
      'Sign in as',
      `${bold('user')} ${soft('(administrator)')}, ${bold('mlbtablet')} ${soft('(tablet)')}, ${bold('mlbvrgame')} ${soft('(rig)')}`,
    ),
    line('Password', password === undefined ? 'the one you set on the first start' : bold(password)),
    '',
    ...(phone === undefined ? [] : [qr(phone), `  ${soft('For a phone on the same network:')} ${phone}`, '']),
    ...(ships
      ? []
      : [
          `  ${soft('No cloud is configured: changes wait here until DUGOUT_CLOUD_DATABASE_URL names one.')}`,
        ]),
    `  ${soft('Ctrl-C stops it.')}`,
    '',
  ].join('\n');
}

const replicaLines = (port: number): string[] => {
  const at = `http://localhost:${port}`;
  return [
    line(
      'Replica',
      `${`${at}/`.padEnd(36)}${soft('the same screens as the cloud knows them; the same sign-in')}`,
    ),
    ...screens
      .filter((screen) => 'at' in screen)
      .map(({ path, name, who }) => line(name, `${`${at}${path}`.padEnd(36)}${soft(who)}`)),
  ];
};

/** What somebody needs to know who runs the replica alone. */
export const replicaWelcomeText = ({
  profile,
  port,
  lan,
}: Pick<Welcome, 'profile' | 'port' | 'lan'>): string =>
  [
    '',
    `  ${bold('The replica is running.')} ${soft(`Profile ${profile}`)}`,
    '',
    ...replicaLines(port),
    line('On the network', lan.map((address) => `http://${address}:${port}`).join('  ')),
    '',
    `  ${soft('Ctrl-C stops it.')}`,
    '',
  ].join('\n');

/** Light modules are drawn and dark ones left out, so both colours are set: terminals come in either. */
const qr = (text: string): string =>
  renderUnicodeCompact(text, { border: 2 })
    .split('\n')
    .map((row) => `  ${styleText(['whiteBright', 'bgBlack'], row)}`)
    .join('\n');
