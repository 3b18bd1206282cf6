export interface Goal {
  readonly goal: string;
  /** Null when it was not measured. */
  readonly measured: number | null;
  readonly met: boolean | null;
}

export const atLeast = (goal: string, measured: number | null, asked: number): Goal => ({
  goal: `${goal}: at least ${asked}`,
  measured,
  met: measured === null ? null : measured >= asked,
});

export const atMost = (goal: string, measured: number | null, asked: number): Goal => ({
  goal: `${goal}: at most ${asked}`,
  measured,
  met: measured === null ? null : measured <= asked,
});

export function printGoals(goals: readonly Goal[]): void {
  for (const { goal, measured, met } of goals) {
    console.log(`  ${met === null ? '–' : met ? '✓' : '✗'} ${goal} · ${measured ?? 'not measured'}`);
  }
}
