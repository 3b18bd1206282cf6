import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type LiveSource, openLiveConnection } from './live-connection.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

class Wire extends EventTarget implements LiveSource {
  closed = false;
  close() {
    this.closed = true;
  }
  say(type: string, payload?: unknown) {
    const data = typeof payload === 'string' ? payload : JSON.stringify(payload);
    this.dispatchEvent(payload === undefined ? new Event(type) : new MessageEvent(type, { data }));
  }
}

function aConnection(random = () => 0.999) {
  const wires: Wire[] = [];
  const urls: string[] = [];
  const told = { changes: [] as string[], returns: 0, beats: [] as string[] };
  const connection = openLiveConnection({
    topics: ['queue', 'messages'],
    open: (url) => {
      const wire = new Wire();
      wires.push(wire);
      urls.push(url);
      return wire;
    },
    onChange: (topic) => told.changes.push(topic),
    onReturn: () => told.returns++,
    onBeat: (at) => told.beats.push(at),
    random,
  });
  const wire = () => wires.at(-1) ?? expect.unreachable('no wire was opened');
  return { connection, wires, urls, told, wire };
}

describe('a live connection', () => {
  it('follows its topics and tells of their changes', () => {
    const { urls, told, wire } = aConnection();
    wire().say('open');
    wire().say('change', { topic: 'queue', version: 3, at: '2026-06-01T10:00:00.000Z' });
    wire().say('change', { topic: 'jobs', version: 4, at: '2026-06-01T10:00:00.000Z' });
    wire().say('heartbeat', { at: '2026-06-01T10:00:05.000Z' });
    expect(urls).toEqual(['/api/live?topics=queue,messages']);
    expect(told).toEqual({ changes: ['queue'], returns: 0, beats: ['2026-06-01T10:00:05.000Z'] });
  });

  it('takes garbage for a sign of life and nothing else', () => {
    const { connection, told, wire } = aConnection();
    for (const garbage of ['{', '7', 'null', '"queue"', '[]', '{"topic":{}}']) wire().say('change', garbage);
    expect(told.changes).toEqual([]);
    expect(connection.link().connected).toBe(true);
  });

  it('stays as long as the appliance beats', async () => {
    const { connection, wires, wire } = aConnection();
    wire().say('open');
    for (let beat = 0; beat < 20; beat++) {
      await vi.advanceTimersByTimeAsync(5_000);
      wire().say('heartbeat', { at: new Date().toISOString() });
    }
    expect(wires).toHaveLength(1);
    expect(connection.link().connected).toBe(true);
  });

  it('reconnects after an error and asks for everything to be read again', async () => {
    const { connection, wires, told, wire } = aConnection();
    wire().say('open');
    wire().say('error');
    expect(connection.link().connected).toBe(false);
    await vi.advanceTimersByTimeAsync(600);
    expect(wires).toHaveLength(2);
    expect(wires[0]?.closed).toBe(true);
    wire().say('open');
    expect(connection.link().connected).toBe(true);
    expect(told.returns).toBe(1);
  });

  it('gives up a wire that is silent for twelve seconds', async () => {
    const { connection, wires, wire } = aConnection();
    wire().say('open');
    await vi.advanceTimersByTimeAsync(12_001);
    expect(connection.link()).toMatchObject({ connected: false });
    await vi.advanceTimersByTimeAsync(600);
    expect(wires).toHaveLength(2);
  });

  it('is back within five seconds of the appliance, however long it was away', async () => {
    const { wires, wire } = aConnection();
    for (let failure = 0; failure < 30; failure++) {
      wire().say('error');
      const before = wires.length;
      await vi.advanceTimersByTimeAsync(4_000);
      expect(wires.length).toBeGreaterThan(before);
    }
  });

  it('spreads the attempts of many screens', async () => {
    const early = aConnection(() => 0);
    const late = aConnection(() => 0.999);
    for (const screen of [early, late]) screen.wire().say('error');
    await vi.advanceTimersByTimeAsync(300);
    expect([early.wires.length, late.wires.length]).toEqual([2, 1]);
  });

  it('does not listen to a wire it has left', async () => {
    const { connection, wires, told, wire } = aConnection();
    wire().say('open');
    wire().say('error');
    wires[0]?.say('change', { topic: 'queue' });
    await vi.advanceTimersByTimeAsync(600);
    wires[0]?.say('error');
    wire().say('open');
    expect(told.changes).toEqual([]);
    expect(connection.link().connected).toBe(true);
  });

  it('looks at once when the page wakes after a long sleep, and leaves a healthy wire alone', () => {
    const { connection, wires, wire } = aConnection();
    wire().say('open');
    connection.probe();
    expect(wires).toHaveLength(1);
    vi.setSystemTime(Date.now() + 60_000);
    connection.probe();
    expect(wires).toHaveLength(2);
  });

  it('tells its listeners until they leave, and is silent once closed', async () => {
    const { connection, wires, wire } = aConnection();
    const listener = vi.fn();
    const leave = connection.subscribe(listener);
    wire().say('open');
    expect(listener).toHaveBeenCalledTimes(1);
    leave();
    wire().say('heartbeat', { at: 'x' });
    expect(listener).toHaveBeenCalledTimes(1);
    connection.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(wires).toHaveLength(1);
    expect(wires[0]?.closed).toBe(true);
  });
});
