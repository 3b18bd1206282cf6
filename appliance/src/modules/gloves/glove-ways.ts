import type { Logger } from 'pino';
import type { Clock } from '../../platform/clock.ts';
import type { Attend, CutReason } from './ways/connection.ts';
import { openSerialWay } from './ways/serial-way.ts';
import { openTcpClientWay } from './ways/tcp-client-way.ts';
import { createTcpDoor } from './ways/tcp-door.ts';

export interface GloveWaysDeps {
  /** Paths of serial lines, and `tcp://host:port` of gloves that wait to be called. */
  readonly places: readonly string[];
  /** Where gloves call in; undefined for nowhere, 0 for a free one. */
  readonly tcpPort: number | undefined;
  readonly host: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly attend: Attend;
  readonly onCut: (reason: CutReason) => void;
}

/** Every way to gloves that do not speak MQTT. */
export function createGloveWays(deps: GloveWaysDeps) {
  const door = createTcpDoor(deps);
  const opened: { close(): Promise<void> }[] = [];
  let tcpPort: number | null = null;
  return {
    async start(): Promise<void> {
      if (deps.tcpPort !== undefined) tcpPort = await door.listen(deps.tcpPort, deps.host);
      for (const place of deps.places) {
        const address = addressIn(place);
        opened.push(
          address === null
            ? openSerialWay({ ...deps, path: place })
            : openTcpClientWay({ ...deps, ...address }),
        );
      }
    },
    /** Where it listens, once it has started. */
    tcpPort: () => tcpPort,
    async stop(): Promise<void> {
      await Promise.all([door.close(), ...opened.map((way) => way.close())]);
    },
  };
}

/** `tcp://[::1]:3333` → host and port; null for a path. */
function addressIn(place: string): { host: string; port: number } | null {
  const found = /^tcp:\/\/\[?(?<host>[^\]]+?)\]?:(?<port>\d+)$/iu.exec(place)?.groups;
  const { host, port } = found ?? {};
  return host === undefined || port === undefined ? null : { host, port: Number(port) };
}
