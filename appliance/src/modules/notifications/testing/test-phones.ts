import { onTestFinished } from 'vitest';
import type { PlayerEvent } from '../../../../contract/notifications.ts';
import type { Credentials } from '../../../testing/test-users.ts';

export const basic = ({ username, password }: Credentials): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

export interface TestPhone {
  readonly events: PlayerEvent[];
  readonly resets: () => number;
  /** How often it has come back. */
  readonly connections: () => number;
  /** As if the network went: what is on its way is lost. */
  cut(): void;
  /** It goes on where it stands, as a browser's EventSource does. */
  follow(): void;
  readonly cursor: () => string | undefined;
  readonly ended: () => boolean;
}

/**
 * A phone that follows `text/event-stream`: it takes an event when it is whole, remembers its cursor in the same step,
 * and comes back from there when it is told to.
 */
export function aPhone(url: () => string, credentials: Credentials, since?: string): TestPhone {
  const events: PlayerEvent[] = [];
  let last = since;
  let resets = 0;
  let connections = 0;
  let ended = false;
  let gone = new AbortController();

  const take = (block: string) => {
    const fields = block.split('\n').map((line) => line.split(/: ?(.*)/su));
    const field = (name: string) => fields.find(([key]) => key === name)?.[1];
    last = field('id') ?? last;
    const data = field('data');
    if (field('event') === 'reset') resets += 1;
    else if (data !== undefined) events.push(JSON.parse(data));
  };

  async function read(signal: AbortSignal): Promise<void> {
    const response = await fetch(`${url()}/api/me/events`, {
      headers: {
        accept: 'text/event-stream',
        authorization: basic(credentials),
        ...(last === undefined ? {} : { 'last-event-id': last }),
      },
      signal,
    });
    if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
    connections += 1;
    let text = '';
    for await (const chunk of response.body ?? []) {
      if (signal.aborted) return;
      text += Buffer.from(chunk).toString();
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) take(block);
    }
  }

  const phone: TestPhone = {
    events,
    resets: () => resets,
    connections: () => connections,
    cursor: () => last,
    ended: () => ended,
    cut: () => gone.abort(),
    follow() {
      const following = new AbortController();
      gone.abort();
      gone = following;
      ended = false;
      read(following.signal)
        .catch(() => {})
        .finally(() => {
          if (gone === following) ended = true;
        });
    },
  };
  onTestFinished(() => phone.cut());
  return phone;
}
