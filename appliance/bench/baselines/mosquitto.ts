import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Debian keeps it where a user's PATH does not look. */
const debianMosquitto = '/usr/sbin/mosquitto';

/** The program and its version, or null when it is not installed. */
export function findMosquitto(): { readonly file: string; readonly version: string } | null {
  const file = existsSync(debianMosquitto) ? debianMosquitto : 'mosquitto';
  const { stdout, error } = spawnSync(file, ['-h'], { encoding: 'utf8' });
  const version = /mosquitto version (\S+)/u.exec(stdout ?? '')?.[1];
  return error !== undefined || version === undefined ? null : { file, version };
}

export interface MosquittoPorts {
  readonly port: number;
  readonly webSocketPort: number;
}

/**
 * Writes a configuration and answers its path: no persistence, anybody may do anything, and no bound on what is in
 * flight, so that nothing of the work is dropped.
 */
export function configureMosquitto(
  directory: string,
  name: string,
  { port, webSocketPort }: MosquittoPorts,
  noDelay: boolean,
): string {
  const file = join(directory, `${name}.conf`);
  const lines = [
    'persistence false',
    'log_type error',
    'max_inflight_messages 0',
    'max_queued_messages 100000',
    `set_tcp_nodelay ${noDelay}`,
    `listener ${port} 127.0.0.1`,
    'allow_anonymous true',
    `listener ${webSocketPort} 127.0.0.1`,
    'protocol websockets',
    'allow_anonymous true',
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}
