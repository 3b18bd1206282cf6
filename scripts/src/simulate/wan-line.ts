import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** The internet between the venue and what it reaches there: whoever connects to the port, unless it is cut. */
export interface WanLine {
  cut(): void;
  restore(): void;
  stop(): Promise<void>;
}

/**
 * Passes on between `port` of this machine, 0 taking a free one, and `to`. Rejects when the port is taken.
 */
export async function openWanLine(
  port: number,
  to: { readonly host: string; readonly port: number },
): Promise<WanLine & { readonly port: number }> {
  const sockets = new Set<Socket>();
  let isCut = false;
  const keep = (socket: Socket, other: Socket) => {
    sockets.add(socket);
    socket.setNoDelay();
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      other.destroy();
    });
  };
  const server = createServer((near) => {
    if (isCut) {
      near.on('error', () => {});
      near.destroy();
      return;
    }
    const far = connect(to);
    keep(near, far);
    keep(far, near);
    near.pipe(far);
    far.pipe(near);
  });
  const tearAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    cut() {
      isCut = true;
      tearAll();
    },
    restore() {
      isCut = false;
    },
    async stop() {
      tearAll();
      server.close();
      await once(server, 'close');
    },
  };
}
