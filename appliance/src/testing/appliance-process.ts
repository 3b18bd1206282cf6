import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { freePort } from '../free-port.ts';
import { midDay } from './mid-day.ts';
import { testPassword } from './test-appliance.ts';

const program = join(import.meta.dirname, '../main.ts');

/**
 * The appliance as a process of its own, as systemd runs it: to be killed and started again on the same directory and
 * port. Gone when the test is over.
 */
export async function anApplianceProcess(directory: string, settings: Record<string, string> = {}) {
  const port = await freePort();
  const environment = {
    ...process.env,
    DUGOUT_DATA_DIR: directory,
    DUGOUT_HTTP_HOST: '127.0.0.1',
    DUGOUT_HTTP_PORT: String(port),
    DUGOUT_MQTT_PORT: '0',
    DUGOUT_BOOTSTRAP_PASSWORD: testPassword,
    DUGOUT_LOG_LEVEL: 'info',
    ...midDay(),
    ...settings,
  };

  let log = '';

  async function start() {
    const child = spawn(process.execPath, [program], {
      env: environment,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const begins = log.length;
    await new Promise<void>((resolve, reject) => {
      child.once('close', () => reject(new Error(`the appliance ended before it was ready: ${log}`)));
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        log += text;
        if (log.includes('"ready"', begins)) resolve();
      });
    });
    return child;
  }

  let child = await start();
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'close');
  };
  onTestFinished(() => end('SIGKILL'));
  return {
    url: `http://127.0.0.1:${port}`,
    /** Everything it has logged, of every start. */
    log: () => log,
    /** kill -9: nothing is flushed, nobody is told. */
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    async startAgain(): Promise<void> {
      child = await start();
    },
  };
}
export type ApplianceProcess = Awaited<ReturnType<typeof anApplianceProcess>>;
