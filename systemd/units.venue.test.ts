import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

const directory = mkdtempSync(join(tmpdir(), 'dugout-units-'));
afterAll(() => rmSync(directory, { recursive: true }));

const unit = readFileSync(new URL('dugout-appliance.service', import.meta.url), 'utf8');

/** Lets systemd look at a unit as if its program were installed here; answers what it says. */
function analyze(verb: readonly string[], text: string): { status: number | null; says: string } {
  const file = join(directory, 'dugout-appliance.service');
  const here = text.replace(/^ExecStart=\S+/mu, `ExecStart=${process.execPath}`);
  writeFileSync(file, here.replace(/^(WorkingDirectory|Documentation)=.*$/gmu, ''));
  const { status, stdout, stderr } = spawnSync('systemd-analyze', [...verb, file], { encoding: 'utf8' });
  return { status, says: stdout + stderr };
}

describe('dugout-appliance.service', () => {
  test('is a unit that systemd understands', () => {
    expect(analyze(['verify'], unit)).toEqual({ status: 0, says: '' });
    expect(analyze(['verify'], unit.replace('ProtectClock=', 'ProtectWatch=')).says).toContain(
      'ProtectWatch',
    );
  });

  test('exposes no more than 2.0 of 10', () => {
    const security = ['security', '--offline=true', '--threshold=20'];
    expect(analyze(security, unit).status).toBe(0);
    expect(analyze(security, unit.replace(/^(Protect|Restrict).*$/gmu, '')).status).not.toBe(0);
  });
});
