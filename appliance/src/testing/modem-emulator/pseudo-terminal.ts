import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

const program = join(import.meta.dirname, 'pseudo-terminal.pl');

export interface PseudoTerminal {
  write(bytes: string | Uint8Array): void;
  /** Stops reading what is written to the line, so that it fills up. */
  pause(): void;
  /** Takes the line away, as a cable that is pulled out. Resolves when it is gone. */
  unplug(): Promise<void>;
}

/** Whether this machine can have one: a Linux with perl, which every Debian has. */
export function canHavePseudoTerminals(): boolean {
  try {
    accessSync('/dev/ptmx', constants.R_OK | constants.W_OK);
  } catch {
    return false;
  }
  return ['/usr/bin', '/usr/local/bin', '/bin'].some((folder) => isProgram(join(folder, 'perl')));
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A serial line at `path`, a link as `/dev/serial/by-id` has them: with each plugging in it may lead elsewhere. */
export async function plugIn(path: string, received: (bytes: Buffer) => void): Promise<PseudoTerminal> {
  const helper = spawn('perl', [program, path], { stdio: ['pipe', 'pipe', 'pipe'] });
  helper.stdin.on('error', () => {});
  helper.stdout.on('data', received);
  const ended = once(helper, 'close');
  const [said] = await Promise.race([once(helper.stderr, 'data'), ended.then(() => ['it ended'])]);
  if (String(said) !== 'ready\n') throw new Error(`no pseudo terminal: ${String(said).trim()}`);
  return {
    write: (bytes) => void helper.stdin.write(bytes),
    pause: () => void helper.kill('SIGSTOP'),
    async unplug() {
      helper.kill('SIGCONT');
      helper.stdin.end();
      await ended;
    },
  };
}
