import { twilioSignature } from '../modules/messaging/twilio/twilio-signature.ts';
import type { StandInMessage } from './twilio-stand-in-messages.ts';

export interface CallbackOptions {
  readonly accountSid: string;
  readonly authToken: string;
  readonly order: 'in_order' | 'last_first' | 'twice';
}

/** Calls those who want to be called: forms, signed as Twilio signs them, one after the other. */
export function createCallbacks({ accountSid, authToken, order }: CallbackOptions) {
  const held = new Map<string, (() => void)[]>();
  let calls: Promise<void> = Promise.resolve();

  function post(url: string, fields: Readonly<Record<string, string>>): void {
    const form = new URLSearchParams({ AccountSid: accountSid, ApiVersion: '2010-04-01', ...fields });
    const headers = { 'x-twilio-signature': twilioSignature(authToken, url, form) };
    const once = async () => {
      const response = await fetch(url, { method: 'POST', body: form, headers });
      await response.arrayBuffer();
    };
    calls = calls.then(once).catch(() => {});
    if (order === 'twice') calls = calls.then(once).catch(() => {});
  }

  return {
    post,
    /** A text has got to its state, the last one or not. */
    status({ statusCallback: url, sid, to, from, status, errorCode }: StandInMessage, isLast: boolean): void {
      if (url === null) return;
      const fields = {
        MessageSid: sid,
        SmsSid: sid,
        MessageStatus: status,
        SmsStatus: status,
        To: to,
        From: from,
        ...(errorCode === null ? {} : { ErrorCode: String(errorCode) }),
      };
      if (order !== 'last_first') {
        post(url, fields);
        return;
      }
      const waiting = [() => post(url, fields), ...(held.get(sid) ?? [])];
      held.set(sid, waiting);
      if (!isLast) return;
      held.delete(sid);
      for (const make of waiting) make();
    },
    /** Resolves when those made so far were answered. */
    done: async (): Promise<void> => calls,
  };
}
