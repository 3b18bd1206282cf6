import { type Channel, channel, fingers, type Layout } from '../../../../contract/glove-frame.ts';
import { type AlphaLine, absent, readAlpha, slot } from './alpha.ts';
import { type AdcRange, adcRanges, createAnalogRange } from './analog-range.ts';
import { readLegacy } from './legacy.ts';
import { type LineCode, type LineReading, type LineWire, layoutOf, refused } from './line-wire.ts';
import { createUnmovedFingers } from './unmoved-fingers.ts';

/** Of the firmware of LucidGloves. */
export interface LucidOptions {
  /** Where it is known what the board's converter counts to; otherwise it is found out. */
  readonly analogMax?: AdcRange;
  /** The firmware's default is to rescale itself for ever; false for one that was built otherwise. */
  readonly deviceAuto?: boolean;
}

const largest = adcRanges[1];
/** `(index − 2047) × 2` of a closed index finger: one more than the range has (AlphaEncoding.cpp). */
const mostTrigger = largest + 1;
/** A glove is believed to send other values than before when so many lines in a row do. */
const linesOfAnotherShape = 20;

export const createAlphaWire = (options: LucidOptions = {}): LineWire =>
  createLucidWire(readAlpha, { syntax: 'alpha_syntax', range: 'alpha_range', shape: 'alpha_shape' }, options);

export const createLegacyWire = (options: LucidOptions = {}): LineWire =>
  createLucidWire(
    readLegacy,
    { syntax: 'legacy_syntax', range: 'legacy_range', shape: 'legacy_syntax' },
    options,
  );

/**
 * These lines have no checksum: one that lost bytes can still be made of keys and numbers. What it can hardly be is one
 * with the same keys, so those of a glove are learned and lines with others are refused.
 */
function createLucidWire(
  readLine: (line: string) => AlphaLine | null,
  code: Readonly<Record<'syntax' | 'range' | 'shape', LineCode>>,
  { analogMax, deviceAuto = true }: LucidOptions,
): LineWire {
  const range = createAnalogRange(analogMax);
  const unmoved = createUnmovedFingers();
  const layouts = new Map<string, Layout>();
  let shape: string | null = null;
  let other: { shape: string; lines: number } | null = null;

  function isOfThisGlove(found: string): boolean {
    shape ??= found;
    if (found === shape) {
      other = null;
      return true;
    }
    other = { shape: found, lines: other?.shape === found ? other.lines + 1 : 1 };
    if (other.lines < linesOfAnotherShape) return false;
    shape = found;
    other = null;
    return true;
  }

  function layout(sent: string, slots: readonly number[]): Layout {
    const key = `${range.range()} ${sent}`;
    const made = layouts.get(key) ?? layoutOf(alphaChannels(slots, range.range()));
    layouts.set(key, made);
    return made;
  }

  return {
    read(text, atMs): LineReading {
      const line = readLine(text);
      if (line === null) return refused(code.syntax);
      const slots = sentSlots(line);
      if (slots.length === 0) {
        return line.info === null ? refused(code.shape) : { kind: 'info', info: line.info };
      }
      if (isOutOfRange(line.analog, analogMax ?? largest)) return refused(code.range);
      const sent = slots.join();
      if (!isOfThisGlove(sent)) return refused(code.shape);
      const curls = line.analog.subarray(slot.curl, slot.splay);
      range.observe(curls, highestOf(line.analog), atMs);
      if (deviceAuto && unmoved.observe(curls, atMs)) return { kind: 'unmoved' };
      return {
        kind: 'sample',
        layout: layout(sent, slots),
        values: valuesOf(line, slots, range.range()),
        info: line.info,
      };
    },
  };
}

function sentSlots({ analog }: AlphaLine): number[] {
  const slots: number[] = [];
  for (let at = 0; at < slot.count; at += 1) if (analog[at] !== absent) slots.push(at);
  return slots;
}

/** The trigger goes one over the range, and on boards of either size. */
function highestOf(analog: Int32Array): number {
  let highest = 0;
  for (let at = 0; at < slot.trigger; at += 1) highest = Math.max(highest, analog[at] ?? 0);
  return highest;
}

const isOutOfRange = (analog: Int32Array, max: number): boolean =>
  highestOf(analog) > max || (analog[slot.trigger] ?? 0) > mostTrigger;

function valuesOf({ analog, pressed }: AlphaLine, slots: readonly number[], max: number): Int16Array {
  const values = new Int16Array(slots.length + 1);
  for (const [index, at] of slots.entries()) values[index] = Math.min(analog[at] ?? 0, max);
  values[slots.length] = pressed;
  return values;
}

/** Curl, joints and trigger are 0..1 of the range; splay and joystick −1..1 with 0 in the middle; buttons are bits. */
function alphaChannels(slots: readonly number[], max: number): Channel[] {
  const named = (at: number): Channel => {
    if (at < slot.splay) return channel(fingers[at] ?? '', '1', 1 / max);
    if (at < slot.joint) return centred(`${fingers[at - slot.splay]}_splay`, max);
    if (at < slot.joystick) {
      const joint = at - slot.joint;
      return channel(`${fingers[Math.floor(joint / 4)]}_joint_${joint % 4}`, '1', 1 / max);
    }
    if (at === slot.trigger) return channel('trigger', '1', 1 / max);
    return centred(at === slot.joystick ? 'joystick_x' : 'joystick_y', max);
  };
  return [...slots.map(named), channel('buttons', '1', 1)];
}

const centred = (name: string, max: number): Channel => ({ name, unit: '1', scale: 2 / max, offset: -1 });
