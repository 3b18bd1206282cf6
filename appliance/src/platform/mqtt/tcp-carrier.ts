import type { Socket } from 'node:net';
import type { Clock } from '../clock.ts';
import { type Carrier, closingGraceMs, plainAddress } from './carrier.ts';

/** The socket must have been accepted paused (`pauseOnConnect`). */
export function createTcpCarrier(socket: Socket, clock: Clock): Carrier {
  return {
    transport: 'tcp',
    address: plainAddress(socket.remoteAddress),
    open({ data, end, error }) {
      socket.on('data', data);
      socket.once('end', end);
      socket.once('close', end);
      socket.on('error', error);
    },
    onceClosed: (gone) => socket.once('close', gone),
    send(bytes, sent) {
      socket.write(bytes, sent);
    },
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    close() {
      // What the client still sends is read and thrown away: an unread rest would turn the last packet into a reset.
      socket.removeAllListeners('data');
      socket.resume();
      socket.end();
      const cancel = clock.after(closingGraceMs, () => socket.destroy());
      socket.once('close', cancel);
    },
    cut: () => socket.destroy(),
  };
}
