import { type ChildProcess, spawn } from 'node:child_process';
import type { Spawning } from './cluster.ts';

export interface Watcher {
  /** There is nothing to watch any more. */
  dismiss(): void;
}

/**
 * A shell that waits for a word from us and never hears one: when this process is gone, however it went, its end of
 * the pipe closes, and the shell asks the server to stop.
 */
export function startWatcher(server: ChildProcess, spawning: Spawning): Watcher {
  if (server.pid === undefined) return { dismiss() {} };
  const shell = spawn('/bin/sh', ['-c', 'read -r _; kill -INT "$0"', String(server.pid)], {
    ...spawning,
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.on('error', () => {});
  shell.unref();
  // The pipe must not keep this process alive either; Node calls it a socket.
  (shell.stdin as unknown as { unref(): void } | null)?.unref();
  shell.stdin?.on('error', () => {});
  return { dismiss: () => void shell.kill('SIGKILL') };
}
