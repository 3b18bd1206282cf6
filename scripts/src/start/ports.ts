import { once } from 'node:events';
import { createServer } from 'node:net';

export interface WantedPort {
  readonly port: number;
  readonly host: string;
  /** What listens there. */
  readonly what: string;
  /** The setting that gives it another. */
  readonly setting: string;
}

/** A sentence for each port that another program has, before anything is started that would end again over it. */
export async function portsTaken(wanted: readonly WantedPort[]): Promise<string[]> {
  const taken: string[] = [];
  for (const { port, host, what, setting } of wanted) {
    const server = createServer().listen(port, host);
    try {
      await once(server, 'listening');
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EADDRINUSE')
        taken.push(
          `port ${port}, for ${what}, is taken by another program: stop that one, or set ${setting}`,
        );
      continue;
    }
    server.close();
    await once(server, 'close');
  }
  return taken;
}
