import { createServer } from 'node:net';
import type { z } from 'zod';
import { Readiness } from '../../../appliance/contract/operations.ts';
import { type Finding, fault, note, ok } from './finding.ts';

/** Asks the appliance at `url` whether it is ready; `null` when nothing of ours answers there. */
export async function readiness(url: string): Promise<z.infer<typeof Readiness> | null> {
  const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(3_000) }).catch(() => null);
  const body: unknown = await answer?.json().catch(() => null);
  return Readiness.nullable()
    .catch(null)
    .parse(body ?? null);
}

export function applianceReady(answer: z.infer<typeof Readiness> | null): Finding {
  if (answer === null) return note('appliance', 'not running');
  const reasons = Object.entries(answer.checks)
    .filter(([, check]) => !check.ok)
    .map(([name, check]) => `${name}: ${check.reason ?? 'not ready'}`);
  if (answer.ready && reasons.length === 0) return ok('appliance', 'running and ready');
  const state = answer.ready ? 'running and ready, but' : 'running, not ready:';
  return fault('appliance', `${state} ${reasons.join('; ')}`, 'Its log says more.');
}

/** Whether the appliance could listen on `port`. One that runs has its ports already. */
export async function portFree(
  name: string,
  port: number,
  host: string,
  isRunning: boolean,
): Promise<Finding> {
  if (isRunning) return ok(name, `${port}, in use by the appliance`);
  const reason = await refusal(port, host);
  if (reason === null) return ok(name, `${port} is free`);
  return fault(
    name,
    `cannot listen on ${host}:${port} (${reason})`,
    'Stop what uses it, or set another port.',
  );
}

function refusal(port: number, host: string): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(port, host, () => server.close(() => resolve(null)));
  });
}
