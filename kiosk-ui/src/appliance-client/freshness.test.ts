import { describe, expect, it } from 'vitest';
import { freshnessOf, type Link, silenceLimitMs, venueSilenceLimitMs } from './freshness.ts';

const now = 1_000_000;
const connected: Link = { connected: true, heardAt: now - 4_000, brokenAt: null };
const good = { readAt: now - 4_000, failing: false };

describe('freshness', () => {
  it('is live while the appliance beats and the data can be read', () => {
    expect(freshnessOf(connected, [good], now)).toEqual({ state: 'live' });
  });

  it('is stale, since the last beat, after twelve seconds of silence', () => {
    const heardAt = now - silenceLimitMs;
    expect(freshnessOf({ ...connected, heardAt }, [good], now).state).toBe('live');
    expect(freshnessOf({ ...connected, heardAt: heardAt - 1 }, [good], now)).toEqual({
      state: 'stale',
      since: heardAt - 1,
    });
  });

  it('is stale, since the oldest reading, when the link beats but the data cannot be read', () => {
    const readings = [good, { readAt: now - 60_000, failing: true }, { readAt: now - 30_000, failing: true }];
    expect(freshnessOf(connected, readings, now)).toEqual({ state: 'stale', since: now - 60_000 });
  });

  it('is not live before the first reading has come', () => {
    expect(freshnessOf(connected, [{ readAt: 0, failing: false }], now)).toEqual({ state: 'connecting' });
  });

  it('forgives a blink of the link, and no more than that', () => {
    const broken = (ago: number) => ({ connected: false, heardAt: now - ago - 1_000, brokenAt: now - ago });
    expect(freshnessOf(broken(1_500), [good], now)).toEqual({ state: 'live' });
    expect(freshnessOf(broken(2_001), [good], now)).toEqual({ state: 'offline', since: now - 3_001 });
  });

  it('says offline within five seconds of a start that never connects', () => {
    const never = (ago: number) => ({ connected: false, heardAt: null, brokenAt: now - ago });
    expect(freshnessOf(never(1_000), [], now)).toEqual({ state: 'connecting' });
    expect(freshnessOf(never(5_000), [], now)).toEqual({ state: 'offline', since: null });
  });

  it('is stale on a replica whose venue is silent, however well the replica itself answers', () => {
    const trueAt = now - venueSilenceLimitMs;
    expect(freshnessOf(connected, [good], now, trueAt)).toEqual({ state: 'live' });
    expect(freshnessOf(connected, [good], now, trueAt - 1)).toEqual({ state: 'stale', since: trueAt - 1 });
    const failing = { readAt: now - 60_000, failing: true };
    expect(freshnessOf(connected, [failing], now, trueAt - 1)).toEqual({
      state: 'stale',
      since: now - 60_000,
    });
  });

  it('is offline when the replica is away, whatever it said of the venue', () => {
    const link = { connected: false, heardAt: now - 9_000, brokenAt: now - 8_000 };
    expect(freshnessOf(link, [good], now, now - 99_000)).toEqual({ state: 'offline', since: now - 9_000 });
  });
});
