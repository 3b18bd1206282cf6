import { connect, type Socket } from 'node:net';
import { generate } from 'mqtt-packet';
import { asItIs, type Framing, overWebSocket } from './framing.ts';
import { createPacketWalker } from './packet-walker.ts';

export type QoS = 0 | 1;

export interface ClientOptions {
  readonly port: number;
  /** Its client id. */
  readonly name: string;
  /** The name unless told. */
  readonly username?: string;
  readonly password?: string;
  readonly transport?: 'tcp' | 'websocket';
  /** Of one message: the buffer it is in and where its payload begins. Valid until the call returns. */
  readonly onMessage?: (bytes: Buffer, payload: number) => void;
  readonly onAcknowledged?: () => void;
  /** After everything that has come at once was looked at. */
  readonly onRead?: () => void;
}

/** A client that counts and acknowledges, and does as little else as a client can. */
export interface Client {
  write(packets: Buffer): void;
  /** Resolves when it is granted; throws when it is not. */
  subscribe(filter: string, qos: QoS): Promise<void>;
  /** Reads no more. */
  freeze(): void;
  close(): void;
  readonly closed: Promise<void>;
}

const keepAliveSeconds = 60;
/** One for all sockets: what was read is looked at before anything else is read. */
const readBuffer = Buffer.allocUnsafe(256 * 1024);

/** Resolves when it is signed in; throws when it is refused or cut off before. */
export async function connectClient(options: ClientOptions): Promise<Client> {
  const { port, name, onMessage, onAcknowledged, onRead } = options;
  const answers = new Map<number, (returnCode: number) => void>();
  const acknowledgements: number[] = [];

  const walk = createPacketWalker((first, bytes, body, end) => {
    const type = first >> 4;
    if (type === 3) {
      const topicEnd = body + 2 + bytes.readUInt16BE(body);
      const qos = (first >> 1) & 3;
      if (qos > 0) acknowledgements.push(bytes.readUInt16BE(topicEnd));
      onMessage?.(bytes, qos > 0 ? topicEnd + 2 : topicEnd);
    } else if (type === 4) onAcknowledged?.();
    else answers.get(type)?.(bytes[end - 1] ?? 0xff);
  });
  const acknowledge = () => {
    const packets = Buffer.allocUnsafe(4 * acknowledgements.length);
    for (const [at, id] of acknowledgements.entries()) packets.writeUInt32BE(0x4002_0000 + id, 4 * at);
    acknowledgements.length = 0;
    framing.write(packets);
  };
  const read = (bytes: Buffer) => {
    walk(bytes);
    if (acknowledgements.length > 0) acknowledge();
    onRead?.();
  };

  const socket = connect({
    port,
    host: '127.0.0.1',
    noDelay: true,
    onread: {
      buffer: readBuffer,
      callback(length) {
        framing.read(readBuffer.subarray(0, length));
        return true;
      },
    },
  });
  const framing = framingOf(options, socket, read);
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => resolve());
  });
  socket.on('error', () => {});
  const answered = (type: number, what: string) =>
    new Promise<void>((resolve, reject) => {
      closed.then(() => reject(new Error(`${name} was cut off before its ${what}`)), reject);
      answers.set(type, (code) => {
        if (code < 0x80 && (type !== 2 || code === 0)) resolve();
        else reject(new Error(`${name} was refused: ${what} ${code}`));
      });
    });

  await framing.open();
  const connected = answered(2, 'CONNACK');
  framing.write(connectPacket(options));
  await connected;
  return {
    write: framing.write,
    async subscribe(filter, qos) {
      const granted = answered(9, 'SUBACK');
      framing.write(generate({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: filter, qos }] }));
      await granted;
    },
    freeze: () => socket.pause(),
    close: () => socket.destroy(),
    closed,
  };
}

const framingOf = ({ transport }: ClientOptions, socket: Socket, read: (bytes: Buffer) => void): Framing =>
  transport === 'websocket' ? overWebSocket(socket, read) : asItIs(socket, read);

const connectPacket = ({ name, username = name, password = name }: ClientOptions): Buffer =>
  generate({
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 4,
    clean: true,
    keepalive: keepAliveSeconds,
    clientId: name,
    username,
    password: Buffer.from(password),
  });
