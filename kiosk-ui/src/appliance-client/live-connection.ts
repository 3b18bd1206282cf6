import type { LiveTopic } from '@dugout/appliance/contract/live.ts';
import { type Link, silenceLimitMs } from './freshness.ts';
import { siteBase } from './site-path.ts';

/** The part of EventSource that is used. */
export type LiveSource = {
  addEventListener(type: string, listener: (event: Event) => void): void;
  close(): void;
};

export type LiveConnectionOptions = {
  topics: readonly LiveTopic[];
  open: (url: string) => LiveSource;
  /** Something changed: read what depends on this topic again. */
  onChange: (topic: LiveTopic) => void;
  /** The link was away and is back: anything may have changed. */
  onReturn: () => void;
  /** The venue has just stamped this moment. */
  onBeat: (at: string) => void;
  /** 0 ≤ random < 1, for the jitter. */
  random?: () => number;
};

export type LiveConnection = {
  link: () => Link;
  subscribe: (listener: () => void) => () => void;
  /** The page has woken, or the network is back: look at once instead of waiting for the next attempt. */
  probe: () => void;
  close: () => void;
};

const firstRetryMs = 500;
const longestRetryMs = 4_000;

/**
 * Follows the appliance's live events, and is the only place that reconnects: after an error, or after silence,
 * with doubling waits and jitter, so that a venue full of screens does not return in one thundering step.
 */
export function openLiveConnection(options: LiveConnectionOptions): LiveConnection {
  const { random = Math.random } = options;
  const url = `${siteBase}/api/live?topics=${options.topics.join(',')}`;
  const listeners = new Set<() => void>();
  let link: Link = { connected: false, heardAt: null, brokenAt: Date.now() };
  let source: LiveSource | undefined;
  let attempts = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let silence: ReturnType<typeof setTimeout> | undefined;

  const become = (next: Link) => {
    link = next;
    for (const listener of listeners) listener();
  };

  const heard = () => {
    clearTimeout(silence);
    silence = setTimeout(lost, silenceLimitMs);
    attempts = 0;
    const returned = !link.connected && link.heardAt !== null;
    become({ connected: true, heardAt: Date.now(), brokenAt: null });
    if (returned) options.onReturn();
  };

  const disconnect = () => {
    clearTimeout(silence);
    clearTimeout(retry);
    source?.close();
    source = undefined;
  };

  const lost = () => {
    disconnect();
    if (link.connected) become({ connected: false, heardAt: link.heardAt, brokenAt: Date.now() });
    const wait = Math.min(longestRetryMs, firstRetryMs * 2 ** attempts++);
    retry = setTimeout(connect, wait * (0.5 + random() / 2));
  };

  const connect = () => {
    disconnect();
    const opened = options.open(url);
    source = opened;
    // What an abandoned source still says must not count for its successor.
    const on = (type: string, react: (event: Event) => void) =>
      opened.addEventListener(type, (event) => {
        if (source === opened) react(event);
      });
    silence = setTimeout(lost, silenceLimitMs);
    on('open', heard);
    on('error', lost);
    on('heartbeat', (event) => {
      heard();
      const at = payloadOf(event)?.['at'];
      if (typeof at === 'string') options.onBeat(at);
    });
    on('change', (event) => {
      heard();
      const topic = options.topics.find((known) => known === payloadOf(event)?.['topic']);
      if (topic) options.onChange(topic);
    });
  };

  connect();
  return {
    link: () => link,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    probe: () => {
      const silentFor = Date.now() - (link.heardAt ?? 0);
      if (!link.connected || silentFor > silenceLimitMs / 2) connect();
    },
    close: disconnect,
  };
}

function payloadOf(event: Event): Record<string, unknown> | undefined {
  if (!('data' in event) || typeof event.data !== 'string') return undefined;
  try {
    const payload: unknown = JSON.parse(event.data);
    return typeof payload === 'object' && payload !== null ? { ...payload } : undefined;
  } catch {
    return undefined;
  }
}
