import type { Language } from '@dugout/appliance/contract/players.ts';
import { useText } from '../../i18n/use-text.ts';

/** In the language itself: nobody looks for theirs under a foreign name. */
const names: Record<Language, string> = {
  en: 'English',
  es: 'Español',
  fr: 'Français',
  de: 'Deutsch',
  ja: '日本語',
  ar: 'العربية',
};
const languages = Object.entries(names) as [Language, string][];

export type LanguageChoiceProps = { value: Language; onChange: (language: Language) => void };

/** The language of the texts. */
export function LanguageChoice({ value, onChange }: LanguageChoiceProps) {
  const t = useText();
  return (
    <fieldset>
      <legend className="mb-2 text-xl font-semibold">{t('sign_up.language')}</legend>
      <div className="flex flex-wrap gap-3">
        {languages.map(([language, name]) => (
          <label
            key={language}
            lang={language}
            className="flex min-h-14 items-center rounded-2xl border-2 border-edge bg-surface px-5 text-xl has-checked:border-accent has-checked:bg-accent-soft has-checked:font-semibold has-checked:text-accent has-focus-visible:outline-4"
          >
            <input
              type="radio"
              name="language"
              className="sr-only"
              checked={value === language}
              onChange={() => onChange(language)}
            />
            {name}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
