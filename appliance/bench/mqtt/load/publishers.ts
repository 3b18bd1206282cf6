import { address } from '../bench-topics.ts';
import { type Client, connectClient } from './client.ts';
import { connectMany } from './connect-many.ts';
import { encodeMessages, type Messages } from './messages.ts';
import type { Work } from './work.ts';

export interface Publisher {
  readonly client: Client;
  readonly messages: Messages;
  sent: number;
  acknowledged: number;
}

/** `onRead` is called whenever one of them has heard something. */
export const connectPublishers = (
  work: Omit<Work, 'subscribers'>,
  port: number,
  onRead: () => void,
): Promise<Publisher[]> =>
  connectMany(work.publishers.count, async (index) => {
    const name = `${work.publishers.role}-${index}`;
    const onAcknowledged = () => {
      publisher.acknowledged += 1;
    };
    const client = await connectClient({ port, name, onAcknowledged, onRead });
    const messages = encodeMessages(address(work.publishers.topic.replace('{id}', name)), work);
    const publisher: Publisher = { client, messages, sent: 0, acknowledged: 0 };
    return publisher;
  });

/** One write. */
export function publish(publisher: Publisher): void {
  publisher.client.write(publisher.messages.next());
  publisher.sent += publisher.messages.each;
}

export const sentBy = (publishers: readonly Publisher[]): number =>
  publishers.reduce((sum, { sent }) => sum + sent, 0);
export const acknowledgedTo = (publishers: readonly Publisher[]): number =>
  publishers.reduce((sum, { acknowledged }) => sum + acknowledged, 0);
