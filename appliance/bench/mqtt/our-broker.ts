/** Our broker alone, with handlers that only count. Arguments: ports of MQTT and of WebSocket, levers as JSON. */
import { createServer } from 'node:http';
import type { Levers } from '../../src/platform/mqtt/levers.ts';
import { createBenchBroker } from './bench-broker.ts';

const [port = '0', webSocketPort = '0', levers = '{}'] = process.argv.slice(2);
let bytes = 0;
const count = (payload: Buffer) => {
  bytes += payload.length;
};
const broker = createBenchBroker(count, { levers: JSON.parse(levers) as Levers });
const http = createServer();
broker.attach(http, '/mqtt', { origins: [] });
await new Promise<void>((resolve) => http.listen(Number(webSocketPort), '127.0.0.1', resolve));
await broker.start({ port: Number(port), host: '127.0.0.1' });
process.once('SIGTERM', () => process.exit(bytes < 0 ? 1 : 0));
