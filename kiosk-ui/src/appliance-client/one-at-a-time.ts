/**
 * Runs `work` when asked, one run at a time and at most every `gapMs`. Asking during a run brings exactly one more
 * after it, so a burst of changes costs two readings and the last change is never missed.
 */
export function oneAtATime(work: () => Promise<unknown>, gapMs: number): () => void {
  let running = false;
  let wanted = false;

  const run = async () => {
    running = true;
    while (wanted) {
      wanted = false;
      await work().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, gapMs));
    }
    running = false;
  };

  return () => {
    wanted = true;
    if (!running) void run();
  };
}
