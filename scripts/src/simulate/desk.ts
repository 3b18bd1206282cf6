/** What guests say to the staff, in the open, without any computer. Staff listen when they look up. */
export interface Desk {
  /** "Here I am." */
  readonly here: Set<string>;
  /** "May I have some more time?" */
  readonly asksForTime: Set<string>;
  /** "I am back." */
  readonly back: Set<string>;
}

export const createDesk = (): Desk => ({ here: new Set(), asksForTime: new Set(), back: new Set() });
