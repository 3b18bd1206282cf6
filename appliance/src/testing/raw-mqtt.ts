import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { generate, type IConnectPacket, type Packet, parser } from 'mqtt-packet';
import { onTestFinished } from 'vitest';

/** An MQTT 3.1.1 client that does what it is told, packet by packet or byte by byte. */
export interface RawClient {
  readonly socket: Socket;
  readonly received: Packet[];
  /** All packets leave in one write. */
  send(...packets: (Packet | Buffer)[]): void;
  next(cmd: Packet['cmd']): Promise<Packet>;
  onPacket(listener: (packet: Packet) => void): void;
  readonly closed: Promise<unknown>;
}

export const connectPacket = (name: string, more: Partial<IConnectPacket> = {}): IConnectPacket => ({
  cmd: 'connect',
  protocolId: 'MQTT',
  protocolVersion: 4,
  clean: true,
  keepalive: 30,
  clientId: name,
  username: name,
  password: Buffer.from(name),
  ...more,
});

export async function aRawClient(port: number, localAddress = '127.0.0.1'): Promise<RawClient> {
  const socket = connect({ port, host: '127.0.0.1', localAddress });
  socket.on('error', () => {});
  socket.setNoDelay(true);
  onTestFinished(() => {
    socket.destroy();
  });
  await once(socket, 'connect');

  const received: Packet[] = [];
  const waiting: { cmd: string; resolve: (packet: Packet) => void }[] = [];
  const stream = parser({ protocolVersion: 4 });
  stream.on('packet', (packet) => {
    received.push(packet);
    const at = waiting.findIndex(({ cmd }) => cmd === packet.cmd);
    if (at >= 0) waiting.splice(at, 1)[0]?.resolve(packet);
  });
  socket.on('data', (bytes: Buffer) => stream.parse(bytes));

  return {
    socket,
    received,
    send: (...packets) => {
      socket.write(Buffer.concat(packets.map((one) => (Buffer.isBuffer(one) ? one : generate(one)))));
    },
    next: (cmd) =>
      new Promise((resolve) => {
        waiting.push({ cmd, resolve });
      }),
    onPacket: (listener) => {
      stream.on('packet', listener);
    },
    closed: new Promise((resolve) => {
      socket.once('close', resolve);
    }),
  };
}

/** Signed in under its own name. */
export async function aSignedInRawClient(port: number, name: string, more: Partial<IConnectPacket> = {}) {
  const client = await aRawClient(port);
  const connack = client.next('connack');
  client.send(connectPacket(name, more));
  const { returnCode } = (await connack) as Packet & { returnCode: number };
  if (returnCode !== 0) throw new Error(`refused with ${returnCode}`);
  return client;
}
