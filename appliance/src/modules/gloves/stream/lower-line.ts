export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Line {
  readonly slope: number;
  at(x: number): number;
}

/**
 * The line that lies under all points and as close to them as one can: what delays a message only ever adds. It is the
 * edge of their lower hull at the mean of x (Moon, Skelly and Towsley, INFOCOM 1999). `points` in order of x, at least
 * two; a steeper slope than `mostSlope` is not believed.
 */
export function lowerLine(points: readonly Point[], mostSlope: number): Line {
  const hull: Point[] = [];
  for (const point of points) {
    while (hull.length >= 2 && !turnsUp(hull.at(-2), hull.at(-1), point)) hull.pop();
    hull.push(point);
  }
  const middle = points.reduce((sum, { x }) => sum + x, 0) / points.length;
  const right = Math.max(
    hull.findIndex(({ x }) => x >= middle),
    1,
  );
  const from = hull[right - 1] ?? { x: 0, y: 0 };
  const to = hull[right] ?? from;
  const steep = to.x === from.x ? 0 : (to.y - from.y) / (to.x - from.x);
  const slope = Math.max(-mostSlope, Math.min(mostSlope, steep));
  return { slope, at: (x) => from.y + steep * (middle - from.x) + slope * (x - middle) };
}

const turnsUp = (a: Point | undefined, b: Point | undefined, c: Point): boolean =>
  a === undefined || b === undefined || (b.x - a.x) * (c.y - a.y) > (b.y - a.y) * (c.x - a.x);
