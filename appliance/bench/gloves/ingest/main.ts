/**
 * From the socket to the disk: our broker with the topics of gloves, their intake, and one of several ways to keep
 * samples. Arguments: kind of sink, directory, number of gloves, MQTT port, HTTP port. A request is answered when all that
 * came before is on disk.
 */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { createGloveIntake } from '../../../src/modules/gloves/glove-intake.ts';
import { glovesTopics } from '../../../src/modules/gloves/gloves-topics.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { createBenchBroker } from '../../mqtt/bench-broker.ts';
import { openSink, type SinkKind } from './sinks.ts';

const [kind = 'nothing', directory = '.', gloves = '0', port = '0', httpPort = '0'] = process.argv.slice(2);
const sink = openSink(kind as SinkKind, directory, Number(gloves));
let samples = 0;
const intake = createGloveIntake({
  clock: systemClock,
  newRun: randomUUID,
  rowOf: () => undefined,
  admit: async () => true,
  seen() {},
  present() {},
  give(block) {
    samples += block.count;
    sink.take(block);
  },
  show() {},
  changed() {},
});
systemClock.every(1_000, () => intake.turn(() => true));
const broker = createBenchBroker(() => {}, { topics: glovesTopics(intake) });
await broker.start({ port: Number(port), host: '127.0.0.1' });
createServer((_request, response) => {
  void sink.flush().then(() => response.end(String(samples)));
}).listen(Number(httpPort), '127.0.0.1');
process.once('SIGTERM', () => process.exit(0));
