import { isMessageId, type Text } from '../../i18n/use-text.ts';

/** Why something was not measured or compared, in words; a code that no words are known for, as it is. */
export function reasonText(t: Text, code: string | null): string {
  const id = `progress.reason.${code}`;
  return isMessageId(id) ? t(id) : (code ?? '');
}
