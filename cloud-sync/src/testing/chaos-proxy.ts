import { once } from 'node:events';
import { createServer, type Socket, connect as tcpConnect } from 'node:net';

/** A bad network between a client and a Postgres: what passes through it can be cut, held back and slowed down. */
export interface ChaosProxy {
  /** The same database, by way of here. */
  through(url: string): string;
  /** Connections end, and no new one lasts. */
  cut(): void;
  /** Nothing moves and nobody is told: both ends believe in their connections. New ones are silent too. */
  freeze(): void;
  /** All is well again; a connection that was frozen goes on where it was. */
  heal(): void;
  /** Each piece takes so much longer, in each direction. */
  delay(ms: number): void;
  /** Bytes a second, in each direction of each connection; null: as fast as it goes. */
  throttle(bytesPerSecond: number | null): void;
  /**
   * The next transaction that changes something is committed, and its answer never comes: the connection ends
   * instead. Resolves when that has happened.
   */
  cutAtCommit(): Promise<void>;
  /** Connections that are open. */
  readonly open: number;
  /** Bytes that clients have sent. */
  readonly sent: number;
  stop(): Promise<void>;
}

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  /** The client has asked for what is to be cut, and its answer is awaited. */
  doomed: boolean;
  /** The end of what it sent: a word may come in two pieces. */
  tail: string;
}

/** The statement that is one transaction, and the message that ends one. */
const commits = /sync\.apply|COMMIT\0/u;
/** ReadyForQuery, outside of a transaction; see "Message Formats" of the Postgres protocol. */
const idle = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);

export async function aChaosProxy(target: { host: string; port: number }): Promise<ChaosProxy> {
  const pairs = new Set<Pair>();
  let mode: 'well' | 'cut' | 'frozen' = 'well';
  let delayMs = 0;
  let rate: number | null = null;
  let sent = 0;
  let onCommit: (() => void) | null = null;
  let thaw: (() => void)[] = [];

  const listener = createServer((client) => {
    if (mode === 'cut') {
      client.destroy();
      return;
    }
    const pair: Pair = { client, server: tcpConnect(target), doomed: false, tail: '' };
    pairs.add(pair);
    const end = () => {
      pairs.delete(pair);
      client.destroy();
      pair.server.destroy();
    };
    for (const socket of [client, pair.server]) {
      socket.setNoDelay(true);
      socket.on('error', end);
      socket.on('close', end);
    }
    carry(client, pair.server, (piece) => {
      sent += piece.length;
      if (onCommit === null || pair.doomed) return true;
      pair.tail = (pair.tail + piece.toString('latin1')).slice(-piece.length - 20);
      if (commits.test(pair.tail)) pair.doomed = true;
      return true;
    });
    carry(pair.server, client, (piece) => {
      if (!pair.doomed || onCommit === null) return true;
      if (piece.includes(idle)) {
        onCommit();
        onCommit = null;
        end();
      }
      return false;
    });
  });

  /** Moves pieces one after the other, in their order; `look` answers whether a piece may pass. */
  function carry(from: Socket, to: Socket, look: (piece: Buffer) => boolean): void {
    let line: Promise<void> = Promise.resolve();
    from.on('data', (piece: Buffer) => {
      const arrived = performance.now();
      if (rate !== null) from.pause();
      line = line.then(async () => {
        if (mode === 'frozen') await new Promise<void>((resolve) => thaw.push(resolve));
        const due = arrived + delayMs - performance.now();
        if (due > 0) await sleep(due);
        if (rate !== null) await sleep((piece.length / rate) * 1_000);
        from.resume();
        if (look(piece) && !to.destroyed) to.write(piece);
      });
    });
  }

  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  if (typeof address !== 'object' || address === null) throw new Error('the proxy has no port');
  const { port } = address;
  const endAll = () => {
    for (const { client, server } of pairs) {
      client.destroy();
      server.destroy();
    }
    pairs.clear();
  };

  return {
    through(url) {
      const changed = new URL(url);
      changed.hostname = '127.0.0.1';
      changed.port = String(port);
      return changed.href;
    },
    cut() {
      mode = 'cut';
      endAll();
    },
    freeze() {
      mode = 'frozen';
    },
    heal() {
      mode = 'well';
      delayMs = 0;
      rate = null;
      const waiting = thaw;
      thaw = [];
      for (const go of waiting) go();
    },
    delay(ms) {
      delayMs = ms;
    },
    throttle(bytesPerSecond) {
      rate = bytesPerSecond;
    },
    cutAtCommit: () =>
      new Promise((resolve) => {
        onCommit = resolve;
      }),
    get open() {
      return pairs.size;
    },
    get sent() {
      return sent;
    },
    async stop() {
      endAll();
      listener.close();
      await once(listener, 'close');
    },
  };
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Where the Postgres of a URL listens. */
export function placeOf(url: string): { host: string; port: number } {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port || 5_432) };
}
