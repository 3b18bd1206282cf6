import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readlinkSync } from 'node:fs';

/** What is needed and not here, in words; empty when all is. */
export function missingForVpn(): readonly string[] {
  const packages = { wg: 'wireguard-tools', 'wireguard-go': 'wireguard-go', nft: 'nftables', ip: 'iproute2' };
  const isThere = (program: string) => spawnSync(program, ['--version']).error === undefined;
  return [
    ...(process.getuid?.() === 0 ? [] : ['root']),
    ...(existsSync('/dev/net/tun') ? [] : ['/dev/net/tun']),
    ...Object.entries(packages).flatMap(([program, name]) => (isThere(program) ? [] : [name])),
  ];
}

/** Ends with this process, however that ends. */
const leashed = ['--pdeathsig', 'KILL'] as const;

/**
 * A network namespace without a name: it is there as long as a process is in it, so nothing is left behind. Its
 * processes end with the one that made it.
 */
export async function aNetwork() {
  const holder = spawn('setpriv', [...leashed, 'unshare', '--net', 'sleep', 'infinity'], { stdio: 'ignore' });
  const started: ChildProcess[] = [holder];
  const pid = holder.pid;
  if (pid === undefined) throw new Error('there is no setpriv to start a network with');
  const own = readlinkSync('/proc/self/ns/net');
  while (readlinkSync(`/proc/${pid}/ns/net`) === own) {
    if (holder.exitCode !== null) throw new Error('a network namespace cannot be made here');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const inside = ['--target', String(pid), '--net', '--'];

  /** Waits for its end; answers what it printed. Throws with what it complained of. */
  function run(program: string, ...args: string[]): string {
    const { status, stdout, stderr, error } = spawnSync('nsenter', [...inside, program, ...args], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${error?.message ?? stderr}`);
    return stdout;
  }
  run('ip', 'link', 'set', 'lo', 'up');

  return {
    pid,
    run,
    start(program: string, args: readonly string[], options: SpawnOptions = {}): ChildProcess {
      const child = spawn('setpriv', [...leashed, 'nsenter', ...inside, program, ...args], options);
      started.push(child);
      return child;
    },
    async end(): Promise<void> {
      for (const child of started.reverse()) await killed(child);
    },
  };
}
export type Network = Awaited<ReturnType<typeof aNetwork>>;

export async function killed(child: ChildProcess, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const over = once(child, 'exit');
  child.kill(signal);
  await over;
}

export const venueAddress = '192.0.2.2';
export const cloudAddress = '192.0.2.1';

/** Joins the two by a cable, `path` at both ends, whose faults are made at the venue's end. */
export function aCable(venue: Network, cloud: Network) {
  const at = (network: Network) => (text: string) => void network.run('ip', ...text.split(' '));
  const here = at(venue);
  const there = at(cloud);
  here(`link add path type veth peer name path netns ${cloud.pid}`);
  here(`address add ${venueAddress}/24 dev path`);
  there(`address add ${cloudAddress}/24 dev path`);
  for (const end of [here, there]) end('link set path up');
  const nft = (text: string) => void venue.run('nft', text);
  nft('add table inet faults');
  for (const hook of ['input', 'output']) {
    nft(`add chain inet faults ${hook} { type filter hook ${hook} priority 0; }`);
  }
  const filter = (rule: string) => {
    nft(`add rule inet faults input iifname path ${rule}`);
    nft(`add rule inet faults output oifname path ${rule}`);
  };
  const setMtu = (bytes: number) => {
    for (const end of [here, there]) end(`link set path mtu ${bytes}`);
  };
  return {
    unplug: () => here('link set path down'),
    plug: () => here('link set path up'),
    /** So many of a hundred packets vanish, each way. */
    lose: (percent: number) => filter(`numgen random mod 100 < ${percent} counter drop`),
    /** Packets that vanished so since anything was let through. */
    lost: () =>
      [...venue.run('nft', 'list', 'table', 'inet', 'faults').matchAll(/counter packets (\d+)/gu)]
        .map(([, packets]) => Number(packets))
        .reduce((sum, packets) => sum + packets, 0),
    /** Nothing of a sender at this port arrives at the venue. */
    silence: (udpPort: number) => nft(`add rule inet faults input iifname path udp sport ${udpPort} drop`),
    /** Both ends see a link that is up, and nothing arrives. */
    swallow: () => filter('drop'),
    letThrough: () => nft('flush table inet faults'),
    setMtu,
    /** The old address goes first: an end's second one would go with it. */
    moveVenue(to: string, from: string) {
      here(`address del ${from}/24 dev path`);
      here(`address add ${to}/24 dev path`);
    },
    moveCloud(to: string, from: string) {
      there(`address del ${from}/24 dev path`);
      there(`address add ${to}/24 dev path`);
    },
  };
}
