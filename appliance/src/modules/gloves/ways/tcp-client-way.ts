import { connect } from 'node:net';
import type { Logger } from 'pino';
import type { Cancel, Clock } from '../../../platform/clock.ts';
import type { Attend, CutReason } from './connection.ts';
import { nameOfAddress } from './glove-names.ts';
import { attendSocket } from './socket-connection.ts';

const firstWaitMs = 250;
const longestWaitMs = 8_000;
const connectsWithinMs = 5_000;

export interface TcpClientWayDeps {
  readonly host: string;
  readonly port: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly attend: Attend;
}

/** A glove that waits to be called: connected, and connected again whenever it is lost. */
export function openTcpClientWay({ host, port, clock, logger, attend }: TcpClientWayDeps) {
  const place = `tcp://${host}:${port}`;
  const name = nameOfAddress(`${host}-${port}`, 1);
  let isOpen = true;
  let failures = 0;
  let cancelWait: Cancel = () => {};
  let drop: (reason: CutReason) => void = () => {};

  function callSoon(): void {
    if (!isOpen) return;
    const waitMs = Math.min(firstWaitMs * 2 ** failures, longestWaitMs);
    failures += 1;
    cancelWait = clock.after(waitMs, call);
  }

  function call(): void {
    const socket = connect({ host, port });
    const cancelLimit = clock.after(connectsWithinMs, () => socket.destroy());
    const failed = () => {
      cancelLimit();
      if (failures === 1) logger.warn({ glove: place }, 'a glove cannot be reached');
      callSoon();
    };
    const noted = () => {};
    drop = () => socket.destroy();
    socket.on('error', noted);
    socket.once('close', failed);
    socket.once('connect', () => {
      cancelLimit();
      socket.off('close', failed);
      failures = 0;
      ({ cut: drop } = attendSocket(socket, { place, name, trusted: true }, clock, attend, callSoon));
    });
  }

  call();
  return {
    async close(): Promise<void> {
      isOpen = false;
      cancelWait();
      drop('stopped');
    },
  };
}
