/** The longest line that a glove sends has 250 characters; two whose line end was lost are still seen whole. */
const longestLine = 1_024;

const newline = 0x0a;
const carriageReturn = 0x0d;
const tab = 0x09;
const firstPrintable = 0x20;
const lastPrintable = 0x7e;

export type LineProblem = 'line_first' | 'line_not_text' | 'line_too_long';
export type SplitLine = { readonly text: string } | { readonly problem: LineProblem };

/**
 * Bytes, in whatever pieces they come, → lines without their ends, which may be `\n`, `\r\n` or `\n\r\n`; empty ones are
 * left out. The first line is a problem of its own: whoever opens a port comes in the middle of one, and the rest of a
 * number is a number.
 */
export function createLineSplitter() {
  const line = new Uint8Array(longestLine);
  let length = 0;
  let first = true;
  let problem: LineProblem | null = null;
  let bytes = 0;
  let unprintable = 0;

  function take(byte: number): void {
    const printable = byte >= firstPrintable && byte <= lastPrintable;
    if (!printable && byte !== carriageReturn && byte !== tab) {
      unprintable += 1;
      problem ??= 'line_not_text';
    }
    if (length === longestLine) problem ??= 'line_too_long';
    else line[length++] = byte;
  }

  function end(): SplitLine | null {
    const found = first ? 'line_first' : problem;
    let text = '';
    let until = length;
    let from = 0;
    while (until > 0 && line[until - 1] === carriageReturn) until -= 1;
    while (from < until && line[from] === carriageReturn) from += 1;
    if (found === null) for (let at = from; at < until; at += 1) text += String.fromCharCode(line[at] ?? 0);
    const empty = from === until && problem === null;
    first = false;
    problem = null;
    length = 0;
    if (found === 'line_first') return { problem: found };
    if (empty) return null;
    return found === null ? { text } : { problem: found };
  }

  return {
    push(received: Uint8Array): SplitLine[] {
      const lines: SplitLine[] = [];
      bytes += received.length;
      for (const byte of received) {
        if (byte !== newline) {
          take(byte);
          continue;
        }
        const ended = end();
        if (ended !== null) lines.push(ended);
      }
      return lines;
    },
    /** Bytes since the last call, and how many of them no text has: most of them, where the speed of the line is wrong. */
    takeByteCounts(): { bytes: number; unprintable: number } {
      const counts = { bytes, unprintable };
      bytes = 0;
      unprintable = 0;
      return counts;
    },
  };
}
