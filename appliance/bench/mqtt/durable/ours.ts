/** Our broker with a handler that stores: a PUBACK leaves when its row is on disk. Arguments: port, directory, HTTP port. */
import { createBenchBroker } from '../bench-broker.ts';
import { openEvents } from './event-rows.ts';

const [port = '0', directory = '.', httpPort = '0'] = process.argv.slice(2);
const events = openEvents(directory);
const broker = createBenchBroker(events.keep);
await broker.start({ port: Number(port), host: '127.0.0.1' });
events.tellHowMany(Number(httpPort));
