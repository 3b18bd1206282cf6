import en from '../src/i18n/en.json' with { type: 'json' };

type MessageId = keyof typeof en;

/** The words of the screens, so that a test means a button and not its wording. Plural forms are not chosen here. */
export const say = (id: MessageId, fields: Record<string, string | number> = {}): string =>
  en[id].replace(/\{(\w+)\}/gu, (whole, name: string) => String(fields[name] ?? whole));

/** Matches a name that begins with these words: counts and details follow them. */
export const beginning = (id: MessageId): RegExp =>
  new RegExp(`^${say(id).replace(/[.*+?^${}()|[\]\\]/gu, '\\$&')}`, 'u');
