import { z } from 'zod';
import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/database/database.ts';
import { defineJob, defineJobKind } from '../../platform/jobs/job.ts';
import type { Carrier } from './carrier.ts';
import type { MessagingService } from './messaging-service.ts';
import { messagingStore } from './messaging-store.ts';

export const sendText = defineJobKind('message.send', z.object({ message_id: z.uuid() }));

export interface SendTextDeps {
  messaging: MessagingService;
  database: Pick<Database, 'now'>;
  carrier: Carrier;
  clock: Clock;
}

type Outcome = { state: 'sent' | 'failed' | 'unknown' | 'expired' | 'dropped'; reason: string | null };

/** Hands a text to the carrier, unless it has become needless, unwanted or too late by then. */
export const sendTextJob = ({ messaging, database, carrier, clock }: SendTextDeps) =>
  defineJob({
    ...sendText,
    maxAttempts: 3,
    timeoutMs: 30_000,
    concurrency: 4,
    priority: 'high',
    async prepare({ message_id }, { signal }): Promise<Outcome | null> {
      const message = messagingStore.byId(database.now, message_id);
      if (message?.state !== 'pending') return null;
      if (clock.now() > message.expires_at) return { state: 'expired', reason: 'too_late' };
      const refusal = messaging.refusalOf(database.now, message.player_id);
      if (refusal !== null) return { state: 'dropped', reason: refusal };
      const { id, phone: to, body, expires_at } = message;
      const answer = await carrier.send({ id, to, body, validForMs: expires_at - clock.now() }, signal);
      if (answer.state === 'taken') return { state: 'sent', reason: null };
      return { state: answer.state === 'refused' ? 'failed' : 'unknown', reason: answer.reason };
    },
    write(tx, { message_id }, outcome) {
      const message = messagingStore.byId(tx, message_id);
      if (outcome === null || message?.state !== 'pending') return;
      const left = outcome.state !== 'expired' && outcome.state !== 'dropped';
      const sent = left ? { provider: carrier.name, sent_at: clock.now() } : {};
      messaging.settle(tx, message, { state: outcome.state, reason: outcome.reason, ...sent });
    },
  });
