import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type PseudoTerminal, plugIn } from '../modem-emulator/pseudo-terminal.ts';
import type { Departure, SimulatedGlove } from './glove.ts';
import { backlogPackets, type GloveLink, worldUs } from './glove-link.ts';

/** How long a glove waits before it looks for its host again. */
const reconnectMs = 300;
/** What was said last has this long to be read. */
const farewellMs = 200;

interface Line {
  /** Null while nobody is at the other end. */
  readonly write: ((bytes: Uint8Array) => void) | null;
  powerOff(): Promise<void>;
  powerOn(): Promise<void>;
}

/** A glove on a line that has no messages, only bytes. */
function onLine(glove: SimulatedGlove, line: Line, ready: Promise<void>): GloveLink {
  let unsent = 0;
  let isKnown = false;
  let power: Promise<void> = ready.catch(() => {});
  let backlog: { bytes: Uint8Array; samples: number }[] = [];
  const sendAll = () => {
    const write = line.write;
    if (write === null) return;
    for (const { bytes } of backlog) write(bytes);
    backlog = [];
  };
  const send = ({ packet: { bytes, samples } }: Extract<Departure, { what: 'packet' }>) => {
    backlog.push({ bytes, samples });
    sendAll();
    if (backlog.length > backlogPackets) unsent += backlog.shift()?.samples ?? 0;
  };
  return {
    glove,
    ready,
    unsent: () => unsent + backlog.reduce((sum, { samples }) => sum + samples, 0),
    carry(departures) {
      for (const one of departures) {
        if (one.what === 'packet') send(one);
        else if (one.what === 'power' && isKnown) {
          const { on } = one;
          power = power.then(() => (on ? line.powerOn() : line.powerOff())).catch(() => {});
        }
        isKnown ||= one.what === 'power';
      }
    },
    async stop() {
      sendAll();
      await power;
      await delay(farewellMs);
      await line.powerOff();
    },
  };
}

export interface Host {
  readonly host: string;
  readonly port: number;
  /** The glove's own address, by which its host tells it from others. */
  readonly from?: string;
}

/** A glove that calls its host, as LucidGloves over Wi-Fi does. Comes back when the connection is lost. */
export function connectTcpGlove(glove: SimulatedGlove, { host, port, from }: Host): GloveLink {
  const { promise: ready, resolve } = Promise.withResolvers<void>();
  let socket: Socket | null = null;
  let write: Line['write'] = null;
  let isOn = true;
  function call(): void {
    if (!isOn) return;
    const mine = connect({
      host,
      port,
      noDelay: true,
      ...(from === undefined ? {} : { localAddress: from }),
    });
    socket = mine;
    mine.on('connect', () => {
      write = (bytes) => void mine.write(bytes);
      resolve();
    });
    mine.on('data', (bytes: Buffer) => glove.hear(bytes, worldUs()));
    mine.on('error', () => {});
    mine.on('close', () => {
      if (socket !== mine) return;
      write = null;
      setTimeout(call, reconnectMs).unref();
    });
  }
  call();
  return onLine(
    glove,
    {
      get write() {
        return write;
      },
      async powerOff() {
        isOn = false;
        write = null;
        socket?.destroy();
        socket = null;
      },
      async powerOn() {
        isOn = true;
        call();
      },
    },
    ready,
  );
}

/** A glove that is called, as ESP32 sketches with a TCP server are. Whoever calls last is told. */
export async function openTcpServerGlove(
  glove: SimulatedGlove,
  host: string,
  port: number,
): Promise<GloveLink & { readonly port: number }> {
  const { promise: ready, resolve } = Promise.withResolvers<void>();
  let socket: Socket | null = null;
  let isOn = true;
  const server = createServer((caller) => {
    if (!isOn) {
      caller.destroy();
      return;
    }
    socket?.destroy();
    socket = caller.setNoDelay(true);
    caller.on('data', (bytes: Buffer) => glove.hear(bytes, worldUs()));
    caller.on('error', () => {});
    caller.on('close', () => {
      if (socket === caller) socket = null;
    });
    resolve();
  });
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  const link = onLine(
    glove,
    {
      get write() {
        const to = socket;
        return to === null ? null : (bytes: Uint8Array) => void to.write(bytes);
      },
      async powerOff() {
        isOn = false;
        socket?.destroy();
      },
      async powerOn() {
        isOn = true;
      },
    },
    ready,
  );
  return {
    ...link,
    port: typeof address === 'object' && address !== null ? address.port : port,
    async stop() {
      await link.stop();
      server.close();
    },
  };
}

/** A glove on a serial line at `path`; a glove without power is a line that is gone. */
export async function plugInGlove(glove: SimulatedGlove, path: string): Promise<GloveLink> {
  let terminal: PseudoTerminal | null = null;
  const heard = (bytes: Buffer) => glove.hear(bytes, worldUs());
  const line: Line = {
    get write() {
      const to = terminal;
      return to === null ? null : (bytes: Uint8Array) => to.write(bytes);
    },
    async powerOff() {
      const gone = terminal;
      terminal = null;
      await gone?.unplug();
    },
    async powerOn() {
      terminal = await plugIn(path, heard);
    },
  };
  await line.powerOn();
  return onLine(glove, line, Promise.resolve());
}
