import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { codeOf } from '../appliance-client/refusal.ts';
import { isMessageId, type Text, useText } from '../i18n/use-text.ts';

/** What went wrong, in the guest's or the staff's words: chosen by the stable code, never by the server's text. */
export function failureText(t: Text, code: string): string {
  const id = `problem.${code}`;
  return isMessageId(id) ? t(id) : t('problem.other', { code });
}

/** A failure that stays until its cause is gone. */
export function Failure({ error, children }: { error: unknown; children?: ReactNode }) {
  const t = useText();
  return (
    <div
      role="alert"
      className="flex flex-wrap items-center gap-3 rounded-2xl border-2 border-bad bg-bad-soft p-4 text-bad"
    >
      <TriangleAlert aria-hidden className="size-6 shrink-0" />
      <p className="grow font-semibold">{failureText(t, codeOf(error))}</p>
      {children}
    </div>
  );
}
