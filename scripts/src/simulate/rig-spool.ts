import { randomUUID } from 'node:crypto';
import type { DeviceReplyPayload } from '../../../appliance/contract/devices.ts';
import type { RigEventPayload } from '../../../appliance/contract/rigs.ts';

/** What a rig tells of a game, without its stamps. */
export type RigNews = Unstamped<RigEventPayload>;
type Unstamped<Event> = Event extends RigEventPayload ? Omit<Event, 'run' | 'seq' | 't_us'> : never;

/** The game that is played, and how much of its turn is left, in seconds. */
export interface Played {
  readonly gameId: string;
  readonly attraction: string;
  left: number;
}

const handledAtMost = 1_000;

/**
 * A rig's disk: all of a rig that outlives a power cut. It is kept in memory, for the simulation pulls the plug of rigs
 * and not its own.
 */
export function createRigSpool(deviceNow: () => number) {
  const run = randomUUID();
  const waiting: RigEventPayload[] = [];
  const handled = new Map<string, DeviceReplyPayload>();
  let seq = 0;
  const lookers: (() => void)[] = [];
  const change = () => {
    for (const look of lookers.splice(0)) look();
  };

  return {
    handled: handled as ReadonlyMap<string, DeviceReplyPayload>,
    playing: null as Played | null,
    add(news: RigNews): void {
      seq += 1;
      const t_us = Math.max(0, Math.floor(deviceNow() * 1_000));
      waiting.push({ run, seq, t_us, ...news });
      change();
    },
    setHandled(reply: DeviceReplyPayload): void {
      handled.set(reply.command_id, reply);
      const [oldest] = handled.keys();
      if (handled.size > handledAtMost && oldest !== undefined) handled.delete(oldest);
    },
    /** The oldest event that has not been told; undefined when there is none. */
    first: (): RigEventPayload | undefined => waiting[0],
    told(): void {
      waiting.shift();
      change();
    },
    /** Resolves when an event comes or goes. */
    changed: (): Promise<void> => new Promise((resolve) => lookers.push(resolve)),
    count: () => waiting.length,
  };
}
export type RigSpool = ReturnType<typeof createRigSpool>;
