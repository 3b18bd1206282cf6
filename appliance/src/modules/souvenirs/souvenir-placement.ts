import type { Box, Picture, Placed } from '../../platform/images/picture.ts';

export type Place = 'left' | 'bottom left' | 'centre' | 'right';
export const aligned = { left: 'left', 'bottom left': 'left', centre: 'centre', right: 'right' } as const;

/** Text sits in the middle of its slot's height, figures on its floor. */
export function within(box: Box, picture: Picture, place: Place): Placed {
  const spare = { width: box.width - picture.width, height: box.height - picture.height };
  const across = { left: 0, centre: 0.5, right: 1 }[aligned[place]];
  const down = place === 'bottom left' ? 1 : 0.5;
  return {
    picture,
    left: box.left + Math.floor(spare.width * across),
    top: box.top + Math.floor(spare.height * down),
  };
}
