import { Button } from './button.tsx';

/** A few choices side by side, of which one is taken. */
export function ChoiceRow<Choice extends string | number>({
  label,
  choices,
  chosen,
  onChoose,
  nameOf,
}: {
  label: string;
  choices: readonly Choice[];
  chosen: Choice;
  onChoose: (choice: Choice) => void;
  nameOf: (choice: Choice) => string;
}) {
  return (
    <fieldset className="flex flex-wrap gap-2">
      <legend className="sr-only">{label}</legend>
      {choices.map((choice) => (
        <Button
          key={choice}
          tone={choice === chosen ? 'soft' : 'quiet'}
          aria-pressed={choice === chosen}
          onClick={() => onChoose(choice)}
        >
          {nameOf(choice)}
        </Button>
      ))}
    </fieldset>
  );
}
