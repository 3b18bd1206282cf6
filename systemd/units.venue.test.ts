import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

const directory = mkdtempSync(join(tmpdir(), 'dugout-units-'));
afterAll(() => rmSync(directory, { recursive: true }));

const units = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.service'));
const textOf = (unit: string) => readFileSync(join(import.meta.dirname, unit), 'utf8');
const linesOf = (unit: string, name: string): string[] =>
  [...textOf(unit).matchAll(new RegExp(`^${name}=(.*)$`, 'gmu'))].map(([, value = '']) => value);

/** Lets systemd look at a unit as if its program were installed here; answers what it says. */
function analyze(
  unit: string,
  verb: readonly string[],
  text: string,
): { status: number | null; says: string } {
  const file = join(directory, unit);
  const here = text.replace(/^ExecStart=\S+/mu, `ExecStart=${process.execPath}`);
  writeFileSync(file, here.replace(/^(WorkingDirectory|Documentation)=.*$/gmu, ''));
  const { status, stdout, stderr } = spawnSync('systemd-analyze', [...verb, file], { encoding: 'utf8' });
  return { status, says: stdout + stderr };
}

test('there is a unit for each program', () => {
  expect(units.sort()).toEqual([
    'dugout-appliance.service',
    'dugout-cloud-sync.service',
    'dugout-glove-worker@.service',
    'dugout-replica.service',
  ]);
});

describe.each(units)('%s', (unit) => {
  const text = textOf(unit);

  test('is a unit that systemd understands', () => {
    expect(analyze(unit, ['verify'], text)).toEqual({ status: 0, says: '' });
    expect(analyze(unit, ['verify'], text.replace('ProtectClock=', 'ProtectWatch=')).says).toContain(
      'ProtectWatch',
    );
  });

  test('exposes no more than 2.0 of 10', () => {
    const security = ['security', '--offline=true', '--threshold=20'];
    expect(analyze(unit, security, text).status).toBe(0);
    expect(analyze(unit, security, text.replace(/^(Protect|Restrict).*$/gmu, '')).status).not.toBe(0);
  });

  test('starts a program that is there', () => {
    const [program = ''] = linesOf(unit, 'ExecStart').map((line) => line.split(' ').at(-1) ?? '');
    expect(textOf(join('..', program))).toContain('runUntilStopped');
  });
});

test('the daemon and glove workers share user and directory with the appliance, and none of its secrets', () => {
  for (const unit of ['dugout-cloud-sync.service', 'dugout-glove-worker@.service']) {
    for (const name of ['User', 'DynamicUser', 'StateDirectory', 'StateDirectoryMode'])
      expect([unit, name, linesOf(unit, name)]).toEqual([
        unit,
        name,
        linesOf('dugout-appliance.service', name),
      ]);
    expect(linesOf(unit, 'UnsetEnvironment').join()).toContain('DUGOUT_SECRET_KEY');
  }
  expect(linesOf('dugout-cloud-sync.service', 'LoadCredential').join()).not.toContain('SECRET_KEY');
  expect(linesOf('dugout-appliance.service', 'LoadCredential').join()).not.toContain('CLOUD_DATABASE_URL');
});
