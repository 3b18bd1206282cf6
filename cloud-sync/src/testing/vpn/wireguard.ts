import { type ChildProcess, spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { killed, type Network } from './network.ts';

export interface Peer {
  readonly publicKey: string;
  /** Whose packets come from the peer, and go to it. */
  readonly address: string;
  /** Where it is; an end without it waits to be called. */
  readonly endpoint?: string;
}

const keepAliveSeconds = 5;

/**
 * One end of a WireGuard tunnel that a program of its own works at, configured as `docs/operations/install.md` shows. Interfaces
 * of this kind share a folder across all networks, so the name must be the machine's only one.
 */
export function aTunnelEnd(options: {
  network: Network;
  directory: string;
  name: string;
  address: string;
  listenPort?: number;
}) {
  const { network, directory, name, address, listenPort } = options;
  const privateKey = wg(['genkey']);
  const file = join(directory, `${name}.conf`);
  let program: ChildProcess | undefined;

  const isUp = () => {
    try {
      network.run('wg', 'show', name);
      return true;
    } catch {
      return false;
    }
  };

  return {
    name,
    publicKey: wg(['pubkey'], privateKey),
    meet(peer: Peer) {
      const lines = [
        '[Interface]',
        `PrivateKey = ${privateKey}`,
        ...(listenPort === undefined ? [] : [`ListenPort = ${listenPort}`]),
        '[Peer]',
        `PublicKey = ${peer.publicKey}`,
        `AllowedIPs = ${peer.address}/32`,
        ...(peer.endpoint === undefined ? [] : [`Endpoint = ${peer.endpoint}`]),
        `PersistentKeepalive = ${keepAliveSeconds}`,
      ];
      writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 });
    },
    async start() {
      const child = network.start('wireguard-go', ['--foreground', name], {
        stdio: 'ignore',
        env: { ...process.env, LOG_LEVEL: 'silent' },
      });
      program = child;
      while (!isUp()) {
        if (child.exitCode !== null) throw new Error(`wireguard-go does not run here: ${child.exitCode}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      network.run('wg', 'setconf', name, file);
      network.run('ip', 'address', 'add', `${address}/24`, 'dev', name);
      network.run('ip', 'link', 'set', name, 'up');
    },
    /** kill -9: the interface vanishes with it. */
    async kill() {
      if (program !== undefined) await killed(program);
      rmSync(`/var/run/wireguard/${name}.sock`, { force: true });
    },
    callAt: (peer: string, endpoint: string) =>
      network.run('wg', 'set', name, 'peer', peer, 'endpoint', endpoint),
  };
}
export type TunnelEnd = ReturnType<typeof aTunnelEnd>;

function wg(args: readonly string[], input = ''): string {
  const { status, stdout, stderr } = spawnSync('wg', args, { encoding: 'utf8', input });
  if (status !== 0) throw new Error(`wg ${args.join(' ')}: ${stderr}`);
  return stdout.trim();
}
