import type { StoredValue } from './batch.ts';

const pieceLength = 65_536;

/** Rows in the text format of COPY, in pieces of about 64 KiB. */
export function* copyPieces(rows: Iterable<readonly StoredValue[]>): Generator<string> {
  let piece = '';
  for (const row of rows) {
    for (let at = 0; at < row.length; at += 1) {
      if (at > 0) piece += '\t';
      piece += copyValue(row[at] ?? null);
    }
    piece += '\n';
    if (piece.length < pieceLength) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}

const special = /[\\\n\r\t]/gu;
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function copyValue(value: StoredValue): string {
  if (value === null) return '\\N';
  if (typeof value === 'string')
    return value.replace(special, (character) => escapes[character] ?? character);
  return Buffer.isBuffer(value) ? `\\\\x${value.toString('hex')}` : String(value);
}
