/**
 * The whole appliance, and in the same process threads like its own that analyse a stored game ten times whenever they are
 * asked to: what only the analysis does to the event loop, without the writes and pictures that a game brings with it.
 * Arguments: port to ask at, the order as JSON.
 */
import { createServer } from 'node:http';
import { Registry } from 'prom-client';
import { compose } from '../../../src/compose.ts';
import { loadConfig } from '../../../src/config.ts';
import { type AnalysisOrder, analyseGame } from '../../../src/modules/progress/analysis-task.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { runUntilStopped } from '../../../src/platform/lifecycle/run-until-stopped.ts';
import { createLogger } from '../../../src/platform/logger.ts';
import { createWorkerPool } from '../../../src/platform/workers/worker-pool.ts';

const games = 10;
const [port = '0', json = ''] = process.argv.slice(2);
const order = JSON.parse(json) as AnalysisOrder;
const config = loadConfig();
const logger = createLogger(config.logLevel, false);
const pool = createWorkerPool({
  ...{ clock: systemClock, metrics: new Registry(), threads: 2, queue: 64, memory: 1_024 },
  onFailure: (error) => logger.error({ err: error }, 'a worker thread failed'),
});
createServer((_request, response) => {
  const analysed = Array.from({ length: games }, () => pool.run(analyseGame, order));
  Promise.all(analysed).then(
    (outcomes) => response.end(String(outcomes.filter(({ ok }) => ok).length)),
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
}).listen(Number(port), '127.0.0.1');
const { lifecycle } = compose(config, logger);
await runUntilStopped(lifecycle, { logger, clock: systemClock });
