import { createHash } from 'node:crypto';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const longestTurnMs = 30 * 60_000;

/**
 * One set-up at a time per checkout: waits for a running one, so that it finds nothing left to do.
 * Answers the function that ends the turn.
 */
export function takeTurn(checkout) {
  const name = createHash('sha256').update(checkout).digest('hex').slice(0, 16);
  const file = join(tmpdir(), `dugout-setup-${process.getuid?.() ?? 0}-${name}.pid`);
  while (!claim(file)) {
    if (isAbandoned(file)) rmSync(file, { force: true });
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 250);
  }
  return () => rmSync(file, { force: true });
}

function claim(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function isAbandoned(file) {
  try {
    if (Date.now() - statSync(file).mtimeMs > longestTurnMs) return true;
    // An empty file is a turn that begins just now; signal 0 to process 0 asks after ourselves.
    return !process.kill(Number(readFileSync(file, 'utf8')), 0);
  } catch (error) {
    return error.code !== 'EPERM';
  }
}
