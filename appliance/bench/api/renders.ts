import { setTimeout as delay } from 'node:timers/promises';
import { connect } from './connection.ts';
import { staff } from './lifecycle.ts';

/** Longer than one souvenir takes, so that none is being drawn any more. */
const lastSouvenirMs = 1_000;

async function post(url: string, path: string): Promise<void> {
  const connection = connect(url);
  await connection.send({ method: 'POST', path, as: staff });
  await connection.close();
}

/** Souvenirs of completed games wait until they are resumed. */
export async function pauseRenders(url: string): Promise<void> {
  await post(url, '/api/job-kinds/souvenir.render/pause');
  await delay(lastSouvenirMs);
}

export const resumeRenders = (url: string): Promise<void> =>
  post(url, '/api/job-kinds/souvenir.render/resume');
