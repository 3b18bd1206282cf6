/** A part of a stroke that is a movement of its own: its share of the way, and when it is on its way, 0..1 of the time. */
export interface SubMovement {
  readonly share: number;
  readonly begins: number;
  readonly lasts: number;
}

/** One movement from one place to another. Places are whatever the hand has: curls, a turn of the wrist, a reach. */
export interface Stroke {
  readonly startUs: number;
  readonly durationUs: number;
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly parts: readonly SubMovement[];
}

/** How far a stroke is on its way: the share of it, per second, and per second². */
export interface Progress {
  way: number;
  speed: number;
  acceleration: number;
}

/** The smoothest way there is (minimum jerk, Flash and Hogan 1985): zero speed and acceleration at both ends. */
export function progressOf({ startUs, durationUs, parts }: Stroke, atUs: number, into: Progress): Progress {
  into.way = 0;
  into.speed = 0;
  into.acceleration = 0;
  const along = (atUs - startUs) / durationUs;
  for (const { share, begins, lasts } of parts) {
    const u = (along - begins) / lasts;
    if (u <= 0) continue;
    if (u >= 1) {
      into.way += share;
      continue;
    }
    const seconds = (durationUs * lasts) / 1e6;
    into.way += share * u * u * u * (10 - 15 * u + 6 * u * u);
    into.speed += (share * 30 * u * u * (1 - u) * (1 - u)) / seconds;
    into.acceleration += (share * 60 * u * (1 - u) * (1 - 2 * u)) / (seconds * seconds);
  }
  return into;
}

export const inOneGo: readonly SubMovement[] = [{ share: 1, begins: 0, lasts: 1 }];

/** Of a sub-movement's time, until the next one begins. */
const apart = 0.8;

/** So many movements, each beginning before the last one is over: what a hand does that is not sure of its way. */
export function inParts(count: number): readonly SubMovement[] {
  if (count <= 1) return inOneGo;
  const lasts = 1 / (1 + apart * (count - 1));
  return Array.from({ length: count }, (_, index) => ({
    share: 1 / count,
    begins: index * apart * lasts,
    lasts,
  }));
}

/** Index of the last stroke that has begun, -1 before the first. Strokes are in the order of their time. */
export function strokeAt(strokes: readonly Stroke[], atUs: number): number {
  let [low, high] = [0, strokes.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((strokes[middle]?.startUs ?? 0) <= atUs) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
