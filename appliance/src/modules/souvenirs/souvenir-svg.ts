/** A length as it is written into an SVG: tenths of a pixel are enough. */
export const round = (value: number): number => Math.round(value * 10) / 10;
