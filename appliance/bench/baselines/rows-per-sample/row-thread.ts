import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { openRows, type RowShape, type SampleRows } from './row-tables.ts';

const { directory, shape }: { directory: string; shape: RowShape } = workerData;
const rows = openRows(join(directory, 'rows.db'), shape);

parentPort?.on('message', (asked: SampleRows[] | 'flush') => {
  if (asked === 'flush') parentPort?.postMessage('flushed');
  else rows.put(asked);
});
