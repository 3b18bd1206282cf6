import type { Client } from 'aedes';
import type { Logger } from 'pino';

/** Answers a question about a client. Whatever goes wrong, the answer is no and the connection is cut. */
export type FailClosed = <Answer>(client: Client, no: Answer, answer: () => Answer) => Answer;

export const createFailClosed =
  (logger: Logger): FailClosed =>
  (client, no, answer) => {
    try {
      return answer();
    } catch (error) {
      logger.error({ err: error }, 'the MQTT broker failed');
      client.conn.destroy(error instanceof Error ? error : new Error('unknown failure'));
      return no;
    }
  };
