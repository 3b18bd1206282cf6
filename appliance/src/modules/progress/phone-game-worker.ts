import { storageProblem } from '../../platform/database/storage-problems.ts';
import { Problem } from '../../platform/errors.ts';
import { piecesOf } from '../../platform/streams/recording.ts';
import { openStreamWriter } from '../../platform/streams/stream-writer.ts';
import type { PhoneGameOrder, PhoneGameOutcome } from './phone-game-task.ts';
import { playedWhen } from './phone-game-times.ts';
import { type PhoneGame, readPhoneGame } from './phone-recording.ts';

export default function storePhoneGame(order: PhoneGameOrder): PhoneGameOutcome {
  try {
    const game = readPhoneGame(order.bytes);
    const when = playedWhen(game.head.started_at, game.seconds, order.now);
    store(order, game, when.began);
    return { ok: true, head: game.head, samples: game.values[0]?.length ?? 0, ...when };
  } catch (error) {
    const problem = storageProblem(error);
    if (!(problem instanceof Problem)) throw error;
    return { ok: false, code: problem.kind.code, extras: problem.extras };
  }
}

function store(
  { dataDirectory, streamId, now }: PhoneGameOrder,
  { head, channels, values }: PhoneGame,
  began: number,
) {
  const dtUs = Math.round(1e6 / head.sensor_data.rate_hz);
  const pieces = piecesOf({ streamId, t0Us: began * 1_000, dtUs, channels, values });
  const writer = openStreamWriter(dataDirectory, now);
  try {
    writer.put(pieces, now);
  } finally {
    writer.close();
  }
}
