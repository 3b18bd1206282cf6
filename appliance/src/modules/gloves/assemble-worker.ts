import { createAssembler } from '../../platform/streams/assembler.ts';
import { type Piece, within } from '../../platform/streams/chunk.ts';
import { type Counts, openStreamWriter, type Staged } from '../../platform/streams/stream-writer.ts';
import { lostAmong } from '../../platform/streams/stretches.ts';
import type { AssembleOrder, AssembleOutcome } from './assemble-task.ts';
import type { SampleBlock } from './stream/sample-block.ts';
import { blocksOfFrames } from './stream/staged-frames.ts';

export default function assembleFrames(order: AssembleOrder): AssembleOutcome {
  const { dataDirectory, streamId, untilUs, now } = order;
  const writer = openStreamWriter(dataDirectory, now);
  try {
    for (;;) {
      const staged = writer.staged(streamId);
      const { ids, damages } = staged;
      const isDone = staged.assembledUs !== null && staged.assembledUs >= untilUs;
      if (ids.length === 0 && (isDone || order.seen === null)) return { isWhole: true, damages };
      const pieces = piecesOf(order, staged);
      if (!isDone && !isWhole(pieces, writer.countsOf(streamId), order.seen))
        return { isWhole: false, damages: [] };
      // What came meanwhile is numbered together with the rest.
      if (writer.assemble({ streamId, ids, untilUs }, pieces, now) !== null)
        return { isWhole: true, damages };
    }
  } finally {
    writer.close();
  }
}

/** Whoever looks on hears some of it a little sooner or later than those who stage it. */
const slackUs = 500_000;

/** Whether nothing is missing that was seen: neither within nor at the end. */
function isWhole(pieces: readonly Piece[], before: Counts, seen: AssembleOrder['seen']): boolean {
  if (seen === null) return true;
  const samples = pieces.reduce((sum, { count }) => sum + count, before.samples);
  const lost = lostAmong(pieces) + before.lost;
  const slack = slackUs / (pieces[0]?.dtUs ?? slackUs);
  return lost <= seen.lost && samples + lost + slack >= seen.samples + seen.lost;
}

function piecesOf({ streamId, glove, layout, fromUs, untilUs }: AssembleOrder, staged: Staged): Piece[] {
  let runs = 0;
  // A run of another time has another name: its numbers have nothing to do with these.
  const newRun = () => {
    runs += 1;
    return `${untilUs}.${runs}`;
  };
  const from = Math.max(fromUs, (staged.assembledUs ?? fromUs - 1) + 1);
  const blocks = blocksOfFrames(staged.frames, { glove, layout, newRun });
  const assembler = createAssembler();
  const pieces = inOrderOfRuns(blocks)
    .flatMap((block) => measuredWithin(pieceOf(streamId, block), from, untilUs))
    .flatMap((piece) => assembler.add(piece));
  return [...pieces, ...assembler.end()];
}

/** What came late into a hole of its run is put there. */
const inOrderOfRuns = (blocks: readonly SampleBlock[]): SampleBlock[] =>
  [...Map.groupBy(blocks, ({ run }) => run).values()].flatMap((run) => run.toSorted((a, b) => a.seq - b.seq));

const pieceOf = (streamId: string, { run, seq, t0Us, dtUs, count, layout, values }: SampleBlock): Piece => ({
  streamId,
  run,
  seq,
  t0Us,
  dtUs,
  count,
  channels: layout.channels,
  holes: [],
  values,
});

function measuredWithin(piece: Piece, fromUs: number, untilUs: number): Piece[] {
  const { seq, t0Us, dtUs, count } = piece;
  const first = Math.max(0, Math.ceil((fromUs - t0Us) / dtUs));
  const end = Math.min(count, Math.floor((untilUs - t0Us) / dtUs) + 1);
  if (first === 0 && end === count) return [piece];
  return first < end ? within(piece, { from: seq + first, to: seq + end }) : [];
}
