import { type Channel, fingers, type Layout } from '../../../../contract/glove-frame.ts';

/** What a calibration looks at in a layout. */
export interface Watched {
  /** Full scale of each finger's curl, in the unit of its channel. */
  readonly curls: Readonly<Record<string, number>>;
  /** The same of what measures how far fingers are spread. */
  readonly splays: Readonly<Record<string, number>>;
}

const largestRaw = 32_767;
/** A share of the whole has the whole as its scale; anything else, what its channel can carry. */
const fullScaleOf = ({ unit, scale }: Channel): number => (unit === '1' ? 1 : largestRaw * Math.abs(scale));

const isFinger = (name: string): boolean => fingers.some((finger) => finger === name);

export function watchedIn({ channels }: Layout): Watched {
  const scalesOf = (wanted: (name: string) => boolean) =>
    Object.fromEntries(
      channels.filter(({ name }) => wanted(name)).map((channel) => [channel.name, fullScaleOf(channel)]),
    );
  return { curls: scalesOf(isFinger), splays: scalesOf((name) => name.includes('splay')) };
}

/** Whether readings of one layout mean the same in the other. */
export const isSameLayout = (one: Layout, other: Layout): boolean =>
  one === other ||
  (one.channels.length === other.channels.length &&
    one.channels.every((channel, at) => {
      const its = other.channels[at];
      return its?.name === channel.name && its.scale === channel.scale && its.offset === channel.offset;
    }));
