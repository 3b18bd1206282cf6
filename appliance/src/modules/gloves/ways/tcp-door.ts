import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Logger } from 'pino';
import type { Clock } from '../../../platform/clock.ts';
import { createNowAndThen } from '../../../platform/now-and-then.ts';
import type { Attend, CutReason } from './connection.ts';
import { nameOfAddress, plainAddress } from './glove-names.ts';
import { attendSocket } from './socket-connection.ts';

const mostConnections = 256;
/** A router between gloves and us makes many of them one address. */
const mostPerAddress = 16;
/** How long an address is shut out that flooded us, or said nothing that a glove says. */
const shutOutMs = 10_000;
const remembered = 1_000;

export interface TcpDoorDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly attend: Attend;
  /** Told of every connection that was ended or refused here. */
  readonly onCut: (reason: CutReason) => void;
}

/** Where gloves call in that connect by themselves. Anybody on the network can: everything that they may do has a bound. */
export function createTcpDoor({ clock, logger, attend, onCut }: TcpDoorDeps) {
  const worthSaying = createNowAndThen(clock);
  const connections = new Map<Socket, (reason: CutReason) => void>();
  /** Which numbers are taken, by address. */
  const taken = new Map<string, Set<number>>();
  const shutOutUntil = new Map<string, number>();
  let server: Server | null = null;

  const refuse = (socket: Socket, address: string, reason: CutReason) => {
    socket.destroy();
    told(address, reason);
  };
  function told(address: string, reason: CutReason): void {
    onCut(reason);
    if (worthSaying(`${reason} ${address}`))
      logger.warn({ address, reason }, 'a connection to the port of gloves was ended');
  }

  function refusal(address: string): CutReason | null {
    if (connections.size >= mostConnections) return 'too_many';
    if ((taken.get(address)?.size ?? 0) >= mostPerAddress) return 'too_many_from_address';
    return (shutOutUntil.get(address) ?? 0) > clock.monotonic() ? 'shut_out' : null;
  }

  function accept(socket: Socket): void {
    socket.on('error', () => {});
    const address = plainAddress(socket.remoteAddress ?? 'unknown');
    const refused = refusal(address);
    if (refused === null) welcome(socket, address);
    else refuse(socket, address, refused);
  }

  function welcome(socket: Socket, address: string): void {
    const numbers = taken.get(address) ?? new Set<number>();
    taken.set(address, numbers);
    const nth = lowestFree(numbers);
    numbers.add(nth);
    const place = { place: address, name: nameOfAddress(address, nth), trusted: false };
    connections.set(socket, () => {});
    const { cut } = attendSocket(socket, place, clock, attend, (reason) => {
      connections.delete(socket);
      numbers.delete(nth);
      if (numbers.size === 0) taken.delete(address);
      if (reason === 'flood' || reason === 'not_a_glove') shutOut(address);
      if (reason !== null && reason !== 'stopped') told(address, reason);
    });
    if (connections.has(socket)) connections.set(socket, cut);
  }

  function shutOut(address: string): void {
    if (shutOutUntil.size >= remembered) shutOutUntil.clear();
    shutOutUntil.set(address, clock.monotonic() + shutOutMs);
  }

  return {
    /** Resolves with the port. Rejects when the port cannot be had. */
    async listen(port: number, host: string): Promise<number> {
      server = createServer(accept);
      server.on('error', (error) => logger.error({ err: error }, 'the port of gloves failed'));
      server.listen(port, host);
      await once(server, 'listening');
      return (server.address() as AddressInfo).port;
    },
    async close(): Promise<void> {
      if (server === null) return;
      const closed = once(server, 'close');
      server.close();
      for (const cut of [...connections.values()]) cut('stopped');
      await closed;
    },
  };
}

function lowestFree(numbers: ReadonlySet<number>): number {
  let nth = 1;
  while (numbers.has(nth)) nth += 1;
  return nth;
}
