import type { CommandName, CommandState, DeviceClock, DeviceKind } from '../../../contract/devices.ts';

/** What staff may ask of each kind of device. What the appliance asks of rigs by itself is not among it. */
const askable: Readonly<Record<DeviceKind, readonly CommandName[]>> = {
  rig: ['abort_game', 'identify', 'restart'],
  tablet: ['chime', 'identify', 'reload', 'restart'],
  board: ['chime', 'identify', 'reload', 'restart'],
  screen: ['chime', 'identify', 'reload', 'restart'],
  glove: ['identify', 'restart'],
  modem: ['restart'],
};

export const suits = (kind: DeviceKind, name: CommandName): boolean => askable[kind].includes(name);

/** Still to be answered. */
export const isOpen = (state: CommandState): boolean => state === 'pending' || state === 'sent';

/** What is known of a device's clock: milliseconds to add to it. */
export interface ClockReadings {
  clock_measured_ms: number | null;
  clock_round_trip_ms: number | null;
  clock_observed_ms: number | null;
}

const offMs = 2_000;
/** What two clocks may drift apart, and a measurement be wrong, before we believe our own eyes. */
const toleranceMs = 50;

/**
 * The offset to go by. A message takes time and never arrives before it was sent, so what we observe is at least the
 * true offset: a device that says it measured more than that has measured wrong, or its clock was set since.
 */
export function clockOf(readings: ClockReadings): DeviceClock | null {
  const {
    clock_measured_ms: measured,
    clock_round_trip_ms: roundTrip,
    clock_observed_ms: observed,
  } = readings;
  const slack = toleranceMs + (roundTrip ?? 0) / 2;
  if (measured !== null && (observed === null || measured <= observed + slack))
    return { offset_ms: measured, source: 'measured', round_trip_ms: roundTrip, is_off: isOff(measured) };
  if (observed === null) return null;
  return { offset_ms: observed, source: 'observed', round_trip_ms: null, is_off: isOff(observed) };
}

const isOff = (offsetMs: number): boolean => offsetMs > offMs || offsetMs < -offMs;
