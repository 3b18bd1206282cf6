/**
 * A glove with the firmware of LucidGloves, as far as its host is concerned: after each line it waits for an answer,
 * and when none comes for long it goes on all the same. What it waits for is up to whoever plays it.
 */
export interface BlockingGlove {
  /** What its host said. */
  hear(bytes: Uint8Array): void;
  /** Lines that it sent. */
  sent(): number;
  /** Times that it had to go on without an answer. */
  waits(): number;
  /** What its host said that was more than an answer. */
  readonly orders: string[];
  stop(): void;
}

const patienceMs = 1_000;

export function createBlockingGlove(
  lines: Iterator<string>,
  write: (line: string) => void,
  { begins = true } = {},
): BlockingGlove {
  const orders: string[] = [];
  let heard = '';
  let sent = 0;
  let waits = 0;
  let patience: NodeJS.Timeout | undefined;

  function send(): void {
    clearTimeout(patience);
    const { value, done } = lines.next();
    if (done) return;
    sent += 1;
    patience = setTimeout(() => {
      waits += 1;
      send();
    }, patienceMs);
    write(value);
  }
  if (begins) send();

  return {
    hear(bytes) {
      heard += Buffer.from(bytes).toString('latin1');
      const answers = heard.split('\n');
      heard = answers.pop() ?? '';
      for (const answer of answers) {
        if (answer !== '') orders.push(answer);
        send();
      }
    },
    sent: () => sent,
    waits: () => waits,
    orders,
    stop: () => clearTimeout(patience),
  };
}
