import { type Logger, pino } from 'pino';

/**
 * JSON lines, pretty on a terminal. What is logged is chosen field by field and holds nothing of a person; the
 * redaction is the net beneath that.
 */
export function createLogger(level: string, pretty: boolean): Logger {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: [
        'name',
        'phone',
        'email',
        'password',
        'token',
        '*.name',
        '*.phone',
        '*.email',
        '*.password',
        '*.token',
      ],
      censor: '…',
    },
    serializers: { err: errorForLog },
    ...(pretty ? { transport: { target: 'pino-pretty', options: { ignore: 'pid,hostname' } } } : {}),
  });
}

/** An error without its enumerable fields: those can hold what a guest sent. */
function errorForLog(error: unknown): object {
  if (!(error instanceof Error)) return { message: 'not an error object' };
  const { name, message, stack } = error;
  return { name, message, stack, ...(error.cause === undefined ? {} : { cause: errorForLog(error.cause) }) };
}
