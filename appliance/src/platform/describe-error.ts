import { Problem } from './errors.ts';

const longest = 200;

/**
 * What staff read of a failure: name, code and message of the error, on one line. What may be somebody's is masked:
 * quoted text, addresses, runs of digits, and every text of the job's own payload.
 */
export function describeError(error: unknown, payload = ''): string {
  if (error instanceof Problem) return `${error.kind.code}: ${error.kind.title}`;
  if (!(error instanceof Error)) return 'something that is not an error was thrown';
  const code = 'code' in error && typeof error.code === 'string' ? ` ${error.code}` : '';
  return `${error.name}${code}: ${masked(error.message, payload)}`.slice(0, longest);
}

function masked(message: string, payload: string): string {
  let text = message.split('\n', 1)[0] ?? '';
  for (const own of textsIn(payload)) text = text.replaceAll(own, '…');
  return text
    .replace(/"[^"]*"|'[^']*'|`[^`]*`/gu, '…')
    .replace(/\S+@\S+/gu, '…')
    .replace(/\+?\d[\d\s()./-]{4,}\d/gu, '…');
}

/** The string values of a JSON text that are long enough to tell something. */
function textsIn(payload: string): string[] {
  const texts: string[] = [];
  if (payload === '') return texts;
  try {
    JSON.parse(payload, (_key, value: unknown) => {
      if (typeof value === 'string' && value.length > 2) texts.push(value);
      return value;
    });
  } catch {
    return texts;
  }
  return texts.sort((a, b) => b.length - a.length);
}
