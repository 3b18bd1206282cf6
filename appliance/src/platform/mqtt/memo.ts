/** Answers that do not change until they are forgotten, at most `most` of them. */
export interface Memo<Answer> {
  of(question: string): Answer;
  forget(): void;
}

export function createMemo<Answer>(most: number, answer: (question: string) => Answer): Memo<Answer> {
  const known = new Map<string, Answer>();
  return {
    of(question) {
      const before = known.get(question);
      if (before !== undefined) return before;
      const fresh = answer(question);
      if (known.size >= most) known.clear();
      known.set(question, fresh);
      return fresh;
    },
    forget: () => known.clear(),
  };
}
