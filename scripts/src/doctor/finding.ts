/** What one check found. A `note` is neither good nor bad; only a `fault` makes the doctor fail. */
export interface Finding {
  readonly check: string;
  readonly state: 'ok' | 'note' | 'fault';
  readonly detail: string;
  /** What to do about a fault. */
  readonly remedy?: string;
}

export const ok = (check: string, detail: string): Finding => ({ check, state: 'ok', detail });
export const note = (check: string, detail: string): Finding => ({ check, state: 'note', detail });
export const fault = (check: string, detail: string, remedy: string): Finding => ({
  check,
  state: 'fault',
  detail,
  remedy,
});
