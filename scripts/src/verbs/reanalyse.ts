import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { ReanalyseInput, ReanalyseReply } from '../../../appliance/contract/progress.ts';
import { loadConfig } from '../../../appliance/src/config.ts';
import { gaveUp } from '../replication/gave-up.ts';

interface Options {
  since?: string;
  player?: string;
  json?: true;
}

export default new Command('reanalyse')
  .description(
    'has the running appliance analyse games anew that an older version of the algorithm has analysed; exits 0 when they are on its list',
  )
  .option('--since <moment>', 'games that were completed since then: 2026-06-01 or 2026-06-01T12:00:00Z')
  .option('--player <id>', 'games of this player alone')
  .option('--json', 'print the answer as one JSON object')
  .action(async (options: Options, command: Command) => {
    try {
      const reply = await ask(options);
      console.log(options.json ? JSON.stringify(reply) : asText(reply));
    } catch (error) {
      gaveUp(command, error, { json: options.json, exitCode: 1 });
    }
  });

async function ask({ since, player }: Options): Promise<ReanalyseReply> {
  const from = since === undefined ? undefined : new Date(since);
  if (Number.isNaN(from?.getTime())) throw new Error(`--since is no moment: ${since}`);
  const body = ReanalyseInput.safeParse({ since: from?.toISOString(), player_id: player });
  if (!body.success) throw new Error(`--player is no id: ${player}`);
  const { dataDirectory, http } = loadConfig(process.env);
  const token = serviceToken(dataDirectory);
  const url = `http://127.0.0.1:${http.port}`;
  const answer = await fetch(`${url}/api/progress/reanalyse`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body.data),
    signal: AbortSignal.timeout(10_000),
  }).catch(() => {
    throw new Error(`no appliance answers at ${url}`);
  });
  if (!answer.ok) throw new Error(`the appliance refused: ${answer.status} ${await answer.text()}`);
  return ReanalyseReply.parse(await answer.json());
}

/** With which programs of this machine are let in. */
function serviceToken(dataDirectory: string): string {
  try {
    return readFileSync(join(dataDirectory, 'keys', 'service-token'), 'utf8').trim();
  } catch {
    throw new Error(`no appliance has run on ${dataDirectory} yet, or somebody else may read its keys`);
  }
}

const asText = ({ games, algo_version }: ReanalyseReply): string =>
  games === 0
    ? `Every game is analysed by version ${algo_version} already.`
    : `${games} games were analysed by an older version than ${algo_version}; those whose recordings are kept are analysed anew.`;
