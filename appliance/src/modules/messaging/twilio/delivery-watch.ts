import type { Clock } from '../../../platform/clock.ts';
import type { CarrierEvents, DeliveryReport } from '../carrier.ts';
import { isOk, listMessages } from './message-list.ts';
import { createRounds } from './rounds.ts';
import type { Sender } from './sender.ts';
import type { TwilioApi } from './twilio-api.ts';
import type { TwilioHealth } from './twilio-health.ts';
import { ageOf, deliveryReport, isFinal, isIncoming, TwilioMessage } from './twilio-messages.ts';

const askAgainAfterMs = [3_000, 5_000, 10_000, 20_000, 30_000, 60_000];
/** After it was pointless, a phone may still take this long to tell that it was delivered in time. */
const patienceMs = 15 * 60_000;
const roundMs = 2_000;
const mostAtOnce = 20;
const mostWatched = 1_000;
/** Before this process started: longer than the texts of a call are worth delivering. */
const catchUpMs = 2 * 3_600_000;

interface Watched {
  readonly sid: string;
  readonly until: number;
  asked: number;
  due: number;
  /** The state that was last told on. */
  told: string | null;
}

export interface DeliveryWatchDeps {
  readonly api: TwilioApi;
  readonly sender: Sender;
  readonly health: TwilioHealth;
  readonly clock: Clock;
  readonly events: CarrierEvents;
}

/**
 * Asks Twilio how far texts have come, for as long as that may change: the appliance has no address of its own on the
 * internet, so that Twilio cannot tell it. What was sent before a restart is taken up from Twilio's list.
 */
export function createDeliveryWatch({ api, sender, health, clock, events }: DeliveryWatchDeps) {
  const watched = new Map<string, Watched>();
  let hasCaughtUp = false;

  function watch(sid: string, validForMs: number): void {
    if (watched.has(sid)) return;
    const now = clock.monotonic();
    watched.set(sid, {
      sid,
      until: now + validForMs + patienceMs,
      asked: 0,
      due: now + (askAgainAfterMs[0] ?? 0),
      told: null,
    });
    const [oldest] = watched.keys();
    if (watched.size > mostWatched && oldest !== undefined) watched.delete(oldest);
  }

  async function tell(entry: Watched, report: DeliveryReport | null): Promise<void> {
    if (report === null || report.state === entry.told) return;
    await events.delivery(report);
    entry.told = report.state;
    if (isFinal(report)) watched.delete(entry.sid);
  }

  async function ask(entry: Watched, signal: AbortSignal): Promise<void> {
    const answer = await api.get(`/Messages/${entry.sid}.json`, signal);
    if (typeof answer !== 'string' && answer.status === 404) watched.delete(entry.sid);
    if (!isOk(answer)) return;
    entry.asked += 1;
    entry.due = clock.monotonic() + (askAgainAfterMs[entry.asked] ?? askAgainAfterMs.at(-1) ?? 0);
    const message = TwilioMessage.safeParse(answer.json);
    if (!message.success) return;
    await tell(entry, deliveryReport(message.data));
    if (clock.monotonic() > entry.until) watched.delete(entry.sid);
  }

  async function catchUp(signal: AbortSignal): Promise<void> {
    const list = await listMessages(api, sender.sent, catchUpMs, signal);
    if (list === null) return;
    const ours = list.messages.filter(
      (message) => !isIncoming(message) && sender.isOurs(message) && ageOf(message, list.now) <= catchUpMs,
    );
    for (const message of ours) {
      watch(message.sid, 0);
      const entry = watched.get(message.sid);
      if (entry !== undefined) await tell(entry, deliveryReport(message));
    }
    hasCaughtUp = true;
  }

  async function round(signal: AbortSignal): Promise<number> {
    if (!health.current().available) return roundMs;
    try {
      if (!hasCaughtUp) await catchUp(signal);
      const now = clock.monotonic();
      const due = [...watched.values()].filter((entry) => entry.due <= now).slice(0, mostAtOnce);
      for (const entry of due) if (!signal.aborted) await ask(entry, signal);
    } catch {
      // Whoever was to store it could not: it is told again.
    }
    return roundMs;
  }

  const rounds = createRounds(clock, round);
  return {
    watch,
    /** Twilio has told of it by itself. */
    heard(report: DeliveryReport): void {
      const entry = watched.get(report.reference);
      if (entry !== undefined) entry.told = report.state;
      if (isFinal(report)) watched.delete(report.reference);
    },
    start: rounds.start,
    stop: rounds.stop,
  };
}
