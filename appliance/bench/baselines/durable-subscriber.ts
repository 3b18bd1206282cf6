/**
 * Subscribers of an outside broker that store what they receive and acknowledge it then. The client library hands on
 * one message at a time and acknowledges it before the next, so that only several connections that share the topic
 * have several rows in one commit. Arguments: port of the broker, directory, HTTP port, connections.
 */
import { connectAsync } from 'mqtt';
import { address } from '../mqtt/bench-topics.ts';
import { openEvents } from '../mqtt/durable/event-rows.ts';

const [port = '0', directory = '.', httpPort = '0', connections = '1'] = process.argv.slice(2);
const events = openEvents(directory);
for (let index = 0; index < Number(connections); index += 1) {
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, {
    protocolVersion: 4,
    clientId: `staff-ingest${index}`,
  });
  client.handleMessage = (packet, done) => {
    events.keep(Buffer.from(packet.payload)).then(() => done(), done);
  };
  await client.subscribeAsync(`$share/ingest/${address('rig/+/event')}`, { qos: 1 });
}
events.tellHowMany(Number(httpPort));
