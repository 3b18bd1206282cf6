/** How far this device's clock is from the venue's, in milliseconds; every timer on a screen counts in venue time. */
let aheadMs = 0;

/** Learns the venue's time from a moment (ISO 8601) it has just stamped. */
export function learnVenueTime(stampedNow: string, deviceNow = Date.now()): void {
  const stamped = Date.parse(stampedNow);
  if (Number.isFinite(stamped)) aheadMs = stamped - deviceNow;
}

/** A moment of this device, now by default, as the venue's clocks show it. */
export function venueNow(deviceNow = Date.now()): number {
  return deviceNow + aheadMs;
}
