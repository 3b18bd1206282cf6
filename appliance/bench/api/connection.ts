import { Client } from 'undici';

export interface Sent {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly path: string;
  /** Value of the `Authorization` header. */
  readonly as: string;
  readonly body?: string;
}

/** One keep-alive connection with one request on it at a time. Throws for anything but a success. */
export interface Connection {
  /** Answers the parsed body, if there is one. */
  send<Answer>(request: Sent): Promise<Answer>;
  /** Answers how many bytes the body has: what a client does with them is not the server's time. */
  measure(request: Sent): Promise<number>;
  close(): Promise<void>;
}

/** @param took hears the milliseconds of every request, from before it is written until its body is there */
export function connect(url: string, took: (ms: number) => void = () => {}): Connection {
  const client = new Client(url, { pipelining: 1, headersTimeout: 60_000, bodyTimeout: 60_000 });

  async function exchange({ method, path, as, body }: Sent): Promise<Uint8Array> {
    const started = performance.now();
    const headers: Record<string, string> = { authorization: as };
    if (body !== undefined) headers['content-type'] = 'application/json';
    const response = await client.request({ method, path, headers, body: body ?? null });
    const answer = await response.body.bytes();
    if (response.statusCode >= 300) {
      throw new Error(`${method} ${path} answered ${response.statusCode}: ${Buffer.from(answer).toString()}`);
    }
    took(performance.now() - started);
    return answer;
  }

  return {
    async send<Answer>(request: Sent) {
      const answer = await exchange(request);
      return JSON.parse(answer.length === 0 ? 'null' : Buffer.from(answer).toString()) as Answer;
    },
    measure: async (request) => (await exchange(request)).length,
    close: () => client.close(),
  };
}
