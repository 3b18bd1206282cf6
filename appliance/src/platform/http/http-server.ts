import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  STATUS_CODES,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Clock } from '../clock.ts';
import { Problem, type ProblemKind } from '../errors.ts';
import { httpProblems } from './http-problems.ts';
import { problemReply } from './problem-document.ts';
import type { Reply } from './route.ts';

/** What clients may take of the server. */
const usualBounds = {
  /** Half-open and slow clients are cut off, so that they cannot hold sockets that guests need. */
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 15_000,
  maxHeaderSize: 16_384,
  /** How often the first two are looked at. */
  connectionsCheckingInterval: 5_000,
  sockets: 5_000,
  /** No one guest can hold them all. */
  socketsPerAddress: 2_500,
};
export type HttpBounds = typeof usualBounds;

/** Who was told what was wrong has this long to read it and to close. */
const lingerMs = 1_000;

/** Any other upgrade is an offer that may be passed over (RFC 9110 section 7.8): Java's client offers h2c each time. */
const wantsWebSocket = ({ headers }: IncomingMessage): boolean =>
  headers.upgrade?.toLowerCase() === 'websocket';

/** What Node could not make a request of. */
function kindOf(code: string | undefined): ProblemKind {
  if (code === 'HPE_HEADER_OVERFLOW') return httpProblems.headers_too_large;
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? httpProblems.request_timeout : httpProblems.malformed_request;
}

/** An answer as bytes, for a connection on which there is no request to answer. */
function wholeAnswer({ status, body, headers }: Reply): string {
  const text = JSON.stringify(body);
  const lines = Object.entries({
    ...headers,
    connection: 'close',
    'content-length': Buffer.byteLength(text),
  });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${head}\r\n${text}`;
}

/** Refuses connections of an address that has enough of them; answers those that are open, by address. */
function boundEachAddress(server: Server, socketsPerAddress: number): Map<string, Set<Socket>> {
  const open = new Map<string, Set<Socket>>();
  server.on('connection', (socket) => {
    const { remoteAddress: address = '' } = socket;
    const ofAddress = open.get(address) ?? new Set();
    if (ofAddress.size >= socketsPerAddress) {
      socket.destroy();
      return;
    }
    open.set(address, ofAddress.add(socket));
    socket.once('close', () => {
      ofAddress.delete(socket);
      if (ofAddress.size === 0) open.delete(address);
    });
  });
  return open;
}

export interface HttpServer {
  readonly server: Server;
  /** Resolves with the port it listens on. */
  listen(port: number, host: string): Promise<number>;
  /** Takes no new connections, lets running answers finish for `graceMs`, then cuts what is left. */
  close(graceMs: number): Promise<void>;
}

export function createHttpServer(
  app: { callback(): RequestListener },
  clock: Pick<Clock, 'after'>,
  bounds: Partial<HttpBounds> = {},
): HttpServer {
  const { sockets: mostSockets, socketsPerAddress, ...limits } = { ...usualBounds, ...bounds };
  const server = createServer({ ...limits, shouldUpgradeCallback: wantsWebSocket }, app.callback());
  server.maxConnections = mostSockets;
  const open = boundEachAddress(server, socketsPerAddress);
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable) {
      socket.destroy();
      return;
    }
    socket.end(wholeAnswer(problemReply(new Problem(kindOf(error.code)))));
    // Who does not close its side would hold the socket for good.
    socket.once(
      'close',
      clock.after(lingerMs, () => socket.destroy()),
    );
  });
  return {
    server,
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => {
          server.off('error', reject);
          resolve((server.address() as AddressInfo).port);
        });
      }),
    close: (graceMs) =>
      new Promise((resolve) => {
        const spare = clock.after(graceMs, () => server.closeAllConnections());
        server.close(() => {
          spare();
          resolve();
        });
        server.closeIdleConnections();
        // Browsers open connections ahead; Node does not call idle what has never asked for anything.
        for (const socket of [...open.values()].flatMap((sockets) => [...sockets]))
          if (socket.bytesRead === 0) socket.destroy();
        // Those that are answered from now on are not kept open for a next request that nobody will answer.
        server.keepAliveTimeout = 1;
        server.keepAliveTimeoutBuffer = 0;
      }),
  };
}
