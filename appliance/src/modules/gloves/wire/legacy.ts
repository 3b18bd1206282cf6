import { type AlphaLine, absent, slot } from './alpha.ts';

/** thumb, index, middle, ring, pinky, joystick x and y, then joystick click, trigger, A, B, grab and pinch, 0 or 1. */
const fields = 13;
const analogFields = 7;
/** Places of the last six among alpha's buttons. */
const places = [0, 1, 2, 3, 4, 5] as const;

const shape = /^\d{1,5}(?:&\d{1,5}){12}$/u;

/** The `&` lines of older firmware as what an alpha line would have said; null for what is none. */
export function readLegacy(line: string): AlphaLine | null {
  if (!shape.test(line)) return null;
  const values = line.split('&').map(Number);
  const analog = new Int32Array(slot.count).fill(absent);
  for (let at = 0; at < analogFields; at += 1) {
    analog[at < slot.splay ? at : slot.joystick + at - slot.splay] = values[at] ?? 0;
  }
  let pressed = 0;
  for (const place of places) if ((values[analogFields + place] ?? 0) > 0) pressed |= 1 << place;
  return { analog, pressed, info: null };
}

/** Ends with `\n`. */
export function writeLegacy({ analog, pressed }: AlphaLine): string {
  const at = [0, 1, 2, 3, 4, slot.joystick, slot.joystick + 1];
  const values = [
    ...at.map((place) => analog[place] ?? 0),
    ...places.map((place) => (pressed & (1 << place) ? 1 : 0)),
  ];
  return `${values.slice(0, fields).join('&')}\n`;
}
