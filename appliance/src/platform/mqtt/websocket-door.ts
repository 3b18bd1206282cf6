import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { plainAddress } from './carrier.ts';

export interface WebSocketDoorOptions {
  readonly path: string;
  /** Origins whose pages may connect, besides those the HTTP server itself serves. */
  readonly origins: readonly string[];
  readonly maxFrameBytes: number;
  readonly accept: (websocket: WebSocket, address: string) => void;
  readonly refused: (reason: string, address: string) => void;
}

/** RFC 6455 section 1.9; registered for MQTT by its section 6. */
const subprotocol = 'mqtt';
/** Frames are whole packets or a few of them; thousands of fragments are an attack. */
const fragments = 1_024;

/** Takes WebSocket upgrades of one path of an HTTP server and leaves the others alone. Returns how to stop. */
export function openWebSocketDoor(server: Server, options: WebSocketDoorOptions): () => void {
  const websockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: options.maxFrameBytes,
    maxFragments: fragments,
    maxBufferedChunks: fragments,
    handleProtocols: () => subprotocol,
  });

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const address = plainAddress(request.socket.remoteAddress);
    const [path] = (request.url ?? '').split('?', 1);
    if (path !== options.path) {
      if (server.listenerCount('upgrade') === 1) refuse(socket, '404 Not Found');
      return;
    }
    if (!isFriendly(request, options.origins)) {
      options.refused('foreign_origin', address);
      refuse(socket, '403 Forbidden');
      return;
    }
    if (!offered(request).includes(subprotocol)) {
      options.refused('not_mqtt', address);
      refuse(socket, '400 Bad Request');
      return;
    }
    websockets.handleUpgrade(request, socket, head, (websocket) => options.accept(websocket, address));
  };

  server.on('upgrade', upgrade);
  return () => {
    server.off('upgrade', upgrade);
    websockets.close();
  };
}

const offered = ({ headers }: IncomingMessage): string[] =>
  (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());

/** Only browsers send an Origin, and only what they say about it can be believed. */
function isFriendly({ headers }: IncomingMessage, origins: readonly string[]): boolean {
  const { origin, host } = headers;
  if (origin === undefined || origins.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}

function refuse(socket: Duplex, status: string): void {
  socket.on('error', () => {});
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
}
