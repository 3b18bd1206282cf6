import { type Messages, setupI18n } from '@lingui/core';
import { compileMessage } from '@lingui/message-utils/compileMessage';
import en from './en.json';

export type MessageId = keyof typeof en;

declare module '@lingui/core' {
  interface Register {
    messageIds: MessageId;
  }
}

/** Lingui compiles an uncompiled message at every use; a catalog compiled once costs a screen nothing later. */
export function compiled(catalog: Record<string, string>): Messages {
  return Object.fromEntries(Object.entries(catalog).map(([id, message]) => [id, compileMessage(message)]));
}

export const i18n = setupI18n({ locale: 'en', messages: { en: compiled(en) } });
