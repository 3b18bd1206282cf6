import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';

/** Runs a lifecycle of one part in a process of its own; `part` is the text of its methods. */
function aProcess(
  part: string,
  before = '',
): { child: ChildProcess; said: string[]; saysReady: Promise<unknown> } {
  const at = (file: string) => JSON.stringify(join(import.meta.dirname, file));
  const program = `
    import { pino } from 'pino';
    import { createLifecycle } from ${at('lifecycle.ts')};
    import { runUntilStopped } from ${at('run-until-stopped.ts')};
    import { systemClock as clock } from ${at('../clock.ts')};
    const say = (word) => process.stdout.write(word + '\\n');
    const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    const logger = pino({ level: 'silent' });
    ${before}
    const part = { name: 'part', ${part} };
    await runUntilStopped(createLifecycle([part], logger, clock), { logger, clock, ready: () => say('ready') });
  `;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const said: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => said.push(...text.trim().split('\n')));
  return { child, said, saysReady: once(child.stdout, 'data') };
}

const ended = async (child: ChildProcess): Promise<unknown> => (await once(child, 'close'))[0];
const alive = 'start() { this.timer = setInterval(() => {}, 1000); }';

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', (signal) => {
  test('stops in order and ends with 0', async () => {
    const { child, said, saysReady } = aProcess(
      `${alive}, async stop() { await wait(20); say('stopped'); clearInterval(this.timer); }`,
    );
    await saysReady;
    child.kill(signal);
    expect(await ended(child)).toBe(0);
    expect(said).toEqual(['ready', 'stopped']);
  });
});

test('parts that all wait for somebody, and hold nothing open, do not end the process', async () => {
  const { child, said } = aProcess(
    'start() { clock.after(200, () => process.kill(process.pid, "SIGTERM")); }',
  );
  expect(await ended(child)).toBe(0);
  expect(said).toEqual(['ready']);
});

test('a stop that nothing else keeps the process alive for is still waited for', async () => {
  const { child, said, saysReady } = aProcess(
    `${alive}, async stop() { clearInterval(this.timer); await new Promise((resolve) => setTimeout(resolve, 50).unref()); say('stopped'); }`,
  );
  await saysReady;
  child.kill('SIGTERM');
  expect(await ended(child)).toBe(0);
  expect(said).toContain('stopped');
});

test('a part that does not stop well ends the process with 1', async () => {
  const { child, saysReady } = aProcess(`${alive}, stop() { throw new Error('stuck'); }`);
  await saysReady;
  child.kill('SIGTERM');
  expect(await ended(child)).toBe(1);
});

test('a second signal ends it at once', async () => {
  const { child, saysReady } = aProcess(
    `${alive}, graceMs: 60_000, stop() { say('stopping'); return new Promise(() => {}); }`,
    // Ten seconds that never pass.
    `const patient = clock.deadline; clock.deadline = (ms, task) => patient(ms === 10_000 ? 1e9 : ms, task);`,
  );
  await saysReady;
  child.kill('SIGTERM');
  await once(child.stdout ?? child, 'data');
  child.kill('SIGTERM');
  expect(await ended(child)).toBe(1);
});

test('a part that hangs for ever does not keep the process longer than ten seconds', async () => {
  const { child, saysReady } = aProcess(
    `${alive}, graceMs: 60_000, stop: () => new Promise(() => {})`,
    // Ten seconds that pass in a moment.
    `const patient = clock.deadline; clock.deadline = (ms, task) => patient(ms === 10_000 ? 50 : ms, task);`,
  );
  await saysReady;
  child.kill('SIGTERM');
  expect(await ended(child)).toBe(1);
});

test('a signal during the start ends the process in order', async () => {
  const { child, said, saysReady } = aProcess(
    `async start() { say('starting'); await wait(100); say('started'); }, stop() { say('stopped'); }`,
  );
  await saysReady;
  child.kill('SIGTERM');
  expect(await ended(child)).toBe(0);
  expect(said).toEqual(['starting', 'started', 'stopped']);
});

test('an error that nobody caught ends the process with 1', async () => {
  const { child } = aProcess(
    `start() { setTimeout(() => { throw new Error('oh'); }, 10); this.t = setInterval(() => {}, 1000); }`,
  );
  expect(await ended(child)).toBe(1);
});
