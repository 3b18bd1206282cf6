import type { LoadGenerator } from './load-generator.ts';

export interface Pace {
  readonly clients: LoadGenerator;
  readonly rounds: number;
  /** Of each subject in each round. */
  readonly seconds: number;
}
