export interface AtLineListener {
  line(text: string): void;
  /** Whether a `>` at the beginning of a line is the modem asking for a PDU, rather than a line's first character. */
  wantsPrompt(): boolean;
  prompt(): void;
}

export interface AtLines {
  feed(bytes: Uint8Array): void;
  /** Forgets an unfinished line. */
  reset(): void;
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
/** More than the longest PDU in hexadecimal; a longer line is noise. */
const longestLine = 1_024;

/**
 * Makes lines of the bytes of a modem, however they are torn. What cannot be printed is noise of the line, and passed
 * over; so are empty lines. A prompt has no end of line (3GPP TS 27.005 section 3.5.1: `<CR><LF>> `).
 */
export function createAtLines(listener: AtLineListener): AtLines {
  let line = '';

  function end(): void {
    const text = line.trim();
    line = '';
    if (text !== '') listener.line(text);
  }

  return {
    feed(bytes) {
      for (const byte of bytes) {
        if (byte === lineFeed || byte === carriageReturn) {
          end();
          continue;
        }
        if (byte < 0x20 || byte > 0x7e || line.length > longestLine) continue;
        line += String.fromCharCode(byte);
        if (line.trim() === '>' && listener.wantsPrompt()) {
          line = '';
          listener.prompt();
        }
      }
    },
    reset() {
      line = '';
    },
  };
}
