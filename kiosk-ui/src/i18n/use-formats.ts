import type { WaitEstimate } from '@dugout/appliance/contract/attractions.ts';
import { useLingui } from '@lingui/react';
import { ageWords, type Formats, formatsOf, waitWords } from './format.ts';
import { useText } from './use-text.ts';

export function useFormats(): Formats {
  return formatsOf(useLingui().i18n.locale);
}

/** "10–15 min" */
export function useWaitText(): (estimate: WaitEstimate) => string {
  const t = useText();
  return (estimate) => {
    const { id, ...minutes } = waitWords(estimate);
    return t(id, minutes);
  };
}

/** "3 min", from milliseconds */
export function useAgeText(): (milliseconds: number) => string {
  const t = useText();
  return (milliseconds) => {
    const { id, ...numbers } = ageWords(milliseconds);
    return t(id, numbers);
  };
}
