import { networkInterfaces } from 'node:os';
import type { Clock } from './platform/clock.ts';

/** How long an address is taken for granted: asking the kernel takes longer than the rest of an answer. */
const heldForMs = 5_000;

/** The address under which phones and tablets on the same network find this machine; loopback when there is none. */
export function createLanAddress(clock: Pick<Clock, 'monotonic'>): () => string {
  let address = '';
  let askAgainAt = Number.NEGATIVE_INFINITY;
  return () => {
    if (clock.monotonic() >= askAgainAt) {
      address = lanAddresses()[0] ?? '127.0.0.1';
      askAgainAt = clock.monotonic() + heldForMs;
    }
    return address;
  };
}

/**
 * IPv4 addresses under which other machines find this one, the likeliest first: private networks before public ones,
 * and those of containers and virtual machines last.
 */
export function lanAddresses(interfaces = networkInterfaces()): string[] {
  return Object.entries(interfaces)
    .flatMap(([name, addresses = []]) =>
      addresses
        .filter(({ family, internal }) => family === 'IPv4' && !internal)
        .map(({ address }) => ({ address, rank: rankOf(name, address) })),
    )
    .sort((a, b) => a.rank - b.rank)
    .map(({ address }) => address);
}

function rankOf(name: string, address: string): number {
  if (/^(docker|br-|veth|virbr|vmnet|cni)/u.test(name)) return 3;
  if (address.startsWith('169.254.')) return 2;
  return /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/u.test(address) ? 0 : 1;
}
