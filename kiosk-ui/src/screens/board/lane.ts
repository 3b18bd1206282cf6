import type { PublicQueue } from '@dugout/appliance/contract/queue.ts';

/** One attraction as the public board shows it. */
export type Lane = PublicQueue['attractions'][number];

/** Whether a lane has the board to itself. */
export type LaneRoom = 'alone' | 'shared';
