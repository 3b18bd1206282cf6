import { type Channel, fingers } from '@dugout/appliance/contract/glove-frame.ts';

/** Channels that are looked at together. */
export const laneGroups = ['fingers', 'turning', 'acceleration', 'orientation', 'other'] as const;
export type LaneGroup = (typeof laneGroups)[number];

export interface SignalLane {
  /** Index in the layout. */
  readonly channel: number;
  readonly name: string;
  readonly unit: string;
  /** Physical values at the edges of its strip. */
  readonly from: number;
  readonly to: number;
}

const groupOf = (name: string): LaneGroup => {
  if (fingers.some((finger) => finger === name)) return 'fingers';
  if (/^g[xyz]$/u.test(name)) return 'turning';
  if (/^[al][xyz]$/u.test(name)) return 'acceleration';
  return /^q[wxyz]$/u.test(name) ? 'orientation' : 'other';
};

/** What a brisk hand reaches, so that strips of one kind can be compared by eye; beyond it the pen runs along the edge. */
const edges: Record<LaneGroup, readonly [number, number]> = {
  fingers: [0, 1],
  turning: [-12, 12],
  acceleration: [-20, 20],
  orientation: [-1, 1],
  other: [-1, 1],
};

/** The groups that a glove has, in a fixed order, each with its lanes. */
export function lanesOf(channels: readonly Channel[]): ReadonlyMap<LaneGroup, readonly SignalLane[]> {
  const found = new Map<LaneGroup, SignalLane[]>();
  for (const group of laneGroups) {
    const [from, to] = edges[group];
    const lanes = channels.flatMap(({ name, unit, scale, offset }, channel) => {
      if (groupOf(name) !== group) return [];
      // Of a channel that nobody has described, all that it can say.
      const widest = { from: -32_768 * scale + offset, to: 32_767 * scale + offset };
      return [{ channel, name, unit, ...(group === 'other' ? widest : { from, to }) }];
    });
    if (lanes.length > 0) found.set(group, lanes);
  }
  return found;
}
