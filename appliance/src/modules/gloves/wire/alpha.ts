import { fingers } from '../../../../contract/glove-frame.ts';
import type { GloveInfo } from './line-wire.ts';

/**
 * The "alpha" lines of LucidGloves and OpenGloves, read as strictly as the firmware writes them: keys and numbers,
 * nothing between. Boot logs and lines that begin in the middle of a number are none.
 * LucidVR/lucidgloves, firmware, AlphaEncoding.cpp; LucidVR/opengloves-driver, alpha_encoding_service.cpp.
 */
export const buttons = ['joyClick', 'trigger', 'A', 'B', 'grab', 'pinch', 'menu', 'calibrate'] as const;
export type Button = (typeof buttons)[number];

/** The analogue values of a line, by their place. */
export const slot = {
  curl: 0,
  splay: 5,
  joint: 10,
  joystick: 30,
  trigger: 32,
  count: 33,
} as const;
const jointsPerFinger = 4;
export const absent = -1;

export interface AlphaLine {
  /** `slot.count` values as sent, `absent` where the line has none. */
  readonly analog: Int32Array;
  /** A bit for each of `buttons` that is pressed. */
  readonly pressed: number;
  /** Null in a line that says nothing of the glove itself. */
  readonly info: GloveInfo | null;
}

const code = (character: string): number => character.charCodeAt(0);
const [a, d, e, f, g, h, o, p, v, z] = [...'ADEFGHOPVZ'].map(code) as [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
];
const b = code('B');
const open = code('(');
const close = code(')');
const zero = code('0');
const nine = code('9');
const mostDigits = 5;

/** Null for what is no alpha line. `line` comes without its end. The last value of a repeated key counts. */
export function readAlpha(line: string): AlphaLine | null {
  if (line.length === 0) return null;
  const analog = new Int32Array(slot.count).fill(absent);
  let pressed = 0;
  const info: { firmware?: number; deviceType?: number; hand?: 'left' | 'right' } = {};
  let informs = false;
  let at = 0;

  /** Whole, or −1: 1 to 5 digits. */
  function number(): number {
    let value = 0;
    let digits = 0;
    for (; at < line.length; at += 1, digits += 1) {
      const digit = line.charCodeAt(at);
      if (digit < zero || digit > nine) break;
      if (digits === mostDigits) return -1;
      value = value * 10 + digit - zero;
    }
    return digits === 0 ? -1 : value;
  }

  while (at < line.length) {
    const key = line.charCodeAt(at++);
    if (key >= h && key <= o) {
      pressed |= 1 << (key - h);
    } else if (key === z) {
      informs = true;
    } else if ((key >= a && key <= g) || key === p) {
      const value = number();
      if (value < 0) return null;
      if (key <= e) analog[slot.curl + key - a] = value;
      else analog[key === p ? slot.trigger : slot.joystick + key - f] = value;
    } else if (key === open) {
      const first = line.charCodeAt(at++);
      const second = line.charCodeAt(at++);
      const third = line.charCodeAt(at);
      const isJoint = first >= a && first <= e && second === a && third >= a && third <= d;
      if (isJoint) at += 1;
      if (line.charCodeAt(at++) !== close) return null;
      const value = number();
      if (value < 0) return null;
      if (isJoint) analog[slot.joint + (first - a) * jointsPerFinger + third - a] = value;
      else if (first >= a && first <= e && second === b) analog[slot.splay + first - a] = value;
      else if (first !== z) return null;
      else if (second === v) info.firmware = value;
      else if (second === g) info.deviceType = value;
      else if (second !== h) return null;
      else if (value <= 1) info.hand = value === 0 ? 'left' : 'right';
      informs ||= first === z;
    } else {
      return null;
    }
  }
  return { analog, pressed, info: informs ? info : null };
}

/** A line as LucidVR's firmware writes it: splay last, after the buttons. Ends with `\n`. */
export function writeAlpha({ analog, pressed, info }: AlphaLine): string {
  const field = (key: string, at: number) => ((analog[at] ?? absent) === absent ? '' : `${key}${analog[at]}`);
  const letters = fingers.map((_, finger) => String.fromCharCode(a + finger));
  const joint = (finger: number, at: number) =>
    field(`(${letters[finger]}A${letters[at]})`, slot.joint + finger * jointsPerFinger + at);
  return [
    ...letters.flatMap((letter, finger) => [
      field(letter, slot.curl + finger),
      ...[0, 1, 2, 3].map((at) => joint(finger, at)),
    ]),
    field('F', slot.joystick),
    field('G', slot.joystick + 1),
    field('P', slot.trigger),
    ...buttons.map((_, button) => (pressed & (1 << button) ? String.fromCharCode(h + button) : '')),
    ...letters.map((letter, finger) => field(`(${letter}B)`, slot.splay + finger)),
    info === null ? '' : writeInfo(info),
    '\n',
  ].join('');
}

function writeInfo({ firmware, deviceType, hand }: GloveInfo): string {
  const parts = [
    firmware === undefined ? '' : `(ZV)${firmware}`,
    deviceType === undefined ? '' : `(ZG)${deviceType}`,
    hand === undefined ? '' : `(ZH)${hand === 'left' ? 0 : 1}`,
  ];
  return parts.join('') || 'Z';
}

export const pressedButtons = (pressed: number): Button[] =>
  buttons.filter((_, button) => pressed & (1 << button));
