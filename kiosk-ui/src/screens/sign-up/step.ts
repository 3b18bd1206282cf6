import type { Draft, DraftProblem } from './draft.ts';

/** What each step of the form is given. */
export type StepProps = {
  attraction: string;
  draft: Draft;
  change: (fields: Partial<Draft>) => void;
  problem: DraftProblem | undefined;
  /** The field that the appliance has refused. */
  refusedField: string | undefined;
};
