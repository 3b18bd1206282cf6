import { once } from 'node:events';
import type { Socket } from 'node:net';

/** Between a socket and the MQTT that travels in it. */
export interface Framing {
  /** Resolves when MQTT can be written. */
  open(): Promise<void>;
  write(packets: Buffer): void;
  /** Takes what the socket has read and hands the MQTT in it on. */
  read(bytes: Buffer): void;
}

export const asItIs = (socket: Socket, read: (packets: Buffer) => void): Framing => ({
  open: async () => {
    await once(socket, 'connect');
  },
  write: (packets) => {
    socket.write(packets);
  },
  read,
});

const nothing = Buffer.alloc(0);

/** RFC 6455 as far as a client needs it that never sends anything but whole binary frames. */
export function overWebSocket(socket: Socket, read: (packets: Buffer) => void): Framing {
  let rest = nothing;
  let opened = () => {};
  let isOpen = false;

  const readFrames = (bytes: Buffer): number => {
    let at = 0;
    while (at + 2 <= bytes.length) {
      const short = (bytes[at + 1] ?? 0) & 0x7f;
      const head = short === 127 ? 10 : short === 126 ? 4 : 2;
      if (at + head > bytes.length) break;
      const length =
        short === 127
          ? Number(bytes.readBigUInt64BE(at + 2))
          : short === 126
            ? bytes.readUInt16BE(at + 2)
            : short;
      const end = at + head + length;
      if (end > bytes.length) break;
      const opcode = (bytes[at] ?? 0) & 0x0f;
      if (opcode <= 2) read(bytes.subarray(at + head, end));
      at = end;
    }
    return at;
  };
  const readAnswer = (bytes: Buffer): number => {
    const end = bytes.indexOf('\r\n\r\n');
    if (end < 0) return 0;
    if (!bytes.toString('latin1', 0, end).includes(' 101 ')) {
      socket.destroy();
      return bytes.length;
    }
    isOpen = true;
    opened();
    return end + 4;
  };

  return {
    async open() {
      await once(socket, 'connect');
      const answer = new Promise<void>((resolve) => {
        opened = resolve;
      });
      socket.write(
        'GET /mqtt HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
          'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n' +
          'Sec-WebSocket-Protocol: mqtt\r\n\r\n',
      );
      await answer;
    },
    write(packets) {
      // A mask of zeros is a mask: the payload may stay as it is.
      const isLong = packets.length > 125;
      const head = Buffer.alloc(isLong ? 8 : 6);
      head[0] = 0x82;
      head[1] = 0x80 | (isLong ? 126 : packets.length);
      if (isLong) head.writeUInt16BE(packets.length, 2);
      socket.write(Buffer.concat([head, packets]));
    },
    read(more) {
      const bytes = rest.length === 0 ? more : Buffer.concat([rest, more]);
      let at = isOpen ? 0 : readAnswer(bytes);
      if (isOpen) at += readFrames(bytes.subarray(at));
      rest = at === bytes.length ? nothing : Buffer.from(bytes.subarray(at));
    },
  };
}
