import { createHash } from 'node:crypto';
import { basename } from 'node:path';

/** Of a device's name. */
const longest = 41;
const slugOf = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/gu, '-')
    .replace(/^-|-$/gu, '');

/**
 * The same for the same text, and another for another: where a name cannot hold all of it, a digest stands for the
 * rest.
 */
function nameFor(text: string, whole: string): string {
  const name = `glove-${slugOf(text)}`;
  if (name.length <= longest && slugOf(text) !== '') return name;
  const digest = createHash('sha256').update(whole).digest('hex').slice(0, 8);
  return `${name.slice(0, longest - digest.length - 1).replace(/-$/u, '')}-${digest}`;
}

/** A glove on a serial line is known by its path: best one of `/dev/serial/by-id`, which names the device itself. */
export const nameOfPath = (path: string): string => nameFor(basename(path), path);

/** A glove on the network is known by its address, and by a number where several call from one. */
export const nameOfAddress = (address: string, nth: number): string => {
  const plain = plainAddress(address);
  return nameFor(nth === 1 ? plain : `${plain}-${nth}`, `${plain} ${nth}`);
};

/** An IPv4 address that a socket for both kinds tells in the notation of IPv6 is still one. */
export const plainAddress = (address: string): string => address.replace(/^::ffff:/u, '');
