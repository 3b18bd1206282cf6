import { styleText } from 'node:util';
import { Command } from 'commander';
import { type Config, loadConfig } from '../../../appliance/src/config.ts';
import { BadConfiguration } from '../../../appliance/src/settings.ts';
import { applianceReady, portFree, readiness } from '../doctor/appliance-checks.ts';
import { databaseSound } from '../doctor/database-check.ts';
import { type Finding, fault, note, ok } from '../doctor/finding.ts';
import { dataDirectory, freeSpace, nodeVersion, screensBuilt } from '../doctor/machine-checks.ts';
import { recordingsSound } from '../doctor/streams-check.ts';

export default new Command('doctor')
  .description('checks this machine and the appliance on it; exits 1 when something is wrong')
  .option('--json', 'print the findings as one JSON object')
  .action(async ({ json }: { json?: true }) => {
    const findings = await examine();
    const healthy = findings.every(({ state }) => state !== 'fault');
    console.log(json ? JSON.stringify({ healthy, findings }) : findings.map(described).join('\n'));
    process.exitCode = healthy ? 0 : 1;
  });

async function examine(): Promise<Finding[]> {
  try {
    return await examineWith(loadConfig(untouching(process.env)));
  } catch (error) {
    if (!(error instanceof BadConfiguration)) throw error;
    const wrong = error.lines.map((line) => fault('configuration', line, 'Correct the setting.'));
    return [nodeVersion(), ...wrong, screensBuilt()];
  }
}

/** Labs make their secret when the configuration is read, unless there is one; a doctor changes nothing. */
const untouching = (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  (environment['DUGOUT_PROFILE'] ?? 'labs') === 'labs'
    ? { DUGOUT_SECRET_KEY: 'not used by the doctor', ...environment }
    : environment;

async function examineWith({ dataDirectory: directory, http, mqtt, profile }: Config): Promise<Finding[]> {
  const nearby = ['0.0.0.0', '::'].includes(http.host) ? '127.0.0.1' : http.host;
  const answer = await readiness(`http://${nearby}:${http.port}`);
  const isRunning = answer !== null;
  return [
    nodeVersion(),
    ok('configuration', `profile ${profile}`),
    dataDirectory(directory),
    freeSpace(directory),
    databaseSound(directory),
    recordingsSound(directory, Date.now()),
    screensBuilt(),
    await portFree('HTTP port', http.port, http.host, isRunning),
    mqtt.url === undefined
      ? await portFree('MQTT port', mqtt.port, http.host, isRunning)
      : note('MQTT port', 'not used: devices connect to an outside broker'),
    applianceReady(answer),
  ];
}

const marks = { ok: styleText('green', '✓'), note: styleText('dim', '·'), fault: styleText('red', '✗') };

const described = ({ check, state, detail, remedy }: Finding): string =>
  `${marks[state]} ${check.padEnd(16)}${detail}${remedy === undefined ? '' : `\n  ${' '.repeat(16)}${remedy}`}`;
