import { createServer, type Socket } from 'node:net';

export interface TcpListener {
  /** Resolves with the port it listens on. */
  listen(port: number, host: string): Promise<number>;
  /** Takes no new connections; resolves when the last one has closed. */
  close(): Promise<void>;
}

/**
 * Sockets come paused: nothing is read of them before their turn. `onError` is told when a socket could not be
 * accepted, for want of file descriptors for instance; the listener goes on.
 */
export function createTcpListener(
  accept: (socket: Socket) => void,
  onError: (error: Error) => void,
): TcpListener {
  const server = createServer({ pauseOnConnect: true, noDelay: true }, accept);
  server.on('error', onError);
  return {
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => {
          server.off('error', reject);
          const address = server.address();
          resolve(typeof address === 'object' && address !== null ? address.port : port);
        });
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
      }),
  };
}
