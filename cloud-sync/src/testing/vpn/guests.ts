// Guests who sign up and play, one after the other, until SIGTERM; the one who plays then plays to the end. Prints a
// line of JSON for each write that was acknowledged, each guest who is done, and each request that was not answered.
const [url = '', password = ''] = process.argv.slice(2);
const patienceMs = 10_000;
const betweenGuestsMs = 500;
const steps = ['queue', 'recall', 'confirm', 'play', 'complete'];
const result = { score: 1200, distance: 131.5, homeruns: 3 };
const authorization = `Basic ${Buffer.from(`user:${password}`).toString('base64')}`;

const tell = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);

interface Answer {
  readonly id: string;
  readonly state: string;
}

/** Undefined when it was not answered as it should be, which is told. */
async function ask(method: 'GET' | 'POST', path: string, body?: object): Promise<Answer | undefined> {
  try {
    const answer = await fetch(url + path, {
      method,
      headers: { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(patienceMs),
    });
    const text = await answer.text();
    if (answer.ok) return JSON.parse(text) as Answer;
    tell({ failed: `${method} ${path}: ${answer.status} ${text}` });
  } catch (error) {
    tell({ failed: `${method} ${path}: ${error instanceof Error ? error.message : String(error)}` });
  }
  return undefined;
}

async function play(): Promise<void> {
  const game = await ask('POST', '/api/games', { player: { name: 'Ana' } });
  if (game === undefined) return;
  tell({ acked: [game.id, game.state] });
  for (const step of steps) {
    const after = await ask(
      'POST',
      `/api/games/${game.id}/${step}`,
      step === 'complete' ? result : undefined,
    );
    if (after !== undefined) tell({ acked: [after.id, after.state] });
  }
  for (const path of ['/api/queue', '/api/floor', '/api/replication']) await ask('GET', path);
}

let playing = true;
process.once('SIGTERM', () => {
  playing = false;
});
for (let number = 1; playing; number += 1) {
  await play();
  tell({ done: number });
  await new Promise((resolve) => setTimeout(resolve, betweenGuestsMs));
}
