import type { Values } from '@lingui/core';
import { useLingui } from '@lingui/react';
import { useCallback } from 'react';
import en from './en.json';
import type { MessageId } from './i18n.ts';

export type Text = (id: MessageId, values?: Values) => string;

/** The translation function: every word on a screen comes from the catalog, by its id. */
export function useText(): Text {
  const { i18n } = useLingui();
  return useCallback((id, values) => i18n._(id, values), [i18n]);
}

/** Whether the catalog has a message by this name; for codes that come from the appliance. */
export function isMessageId(id: string): id is MessageId {
  return Object.hasOwn(en, id);
}
