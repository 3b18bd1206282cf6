import { createAssembler } from '../../platform/streams/assembler.ts';
import { type Piece, within } from '../../platform/streams/chunk.ts';
import { openStreamWriter, type Staged } from '../../platform/streams/stream-writer.ts';
import type { FoldOrder, FoldOutcome } from './fold-task.ts';
import type { SampleBlock } from './stream/sample-block.ts';
import { blocksOfFrames } from './stream/staged-frames.ts';

export default function foldFrames(order: FoldOrder): FoldOutcome {
  const { dataDirectory, streamId, untilUs, now } = order;
  const writer = openStreamWriter(dataDirectory, now);
  try {
    for (;;) {
      const staged = writer.staged(streamId);
      const { ids, damages } = staged;
      // What came meanwhile is numbered together with the rest.
      if (ids.length === 0 || writer.fold({ streamId, ids, untilUs }, piecesOf(order, staged), now) !== null)
        return { frames: ids.length, damages };
    }
  } finally {
    writer.close();
  }
}

function piecesOf({ streamId, glove, layout, fromUs, untilUs }: FoldOrder, staged: Staged): Piece[] {
  let runs = 0;
  // A run of another fold has another name: its numbers have nothing to do with these.
  const newRun = () => {
    runs += 1;
    return `${untilUs}.${runs}`;
  };
  const from = Math.max(fromUs, (staged.foldedUs ?? fromUs - 1) + 1);
  const blocks = blocksOfFrames(staged.frames, { glove, layout, newRun });
  const assembler = createAssembler();
  const pieces = blocks
    .flatMap((block) => measuredWithin(pieceOf(streamId, block), from, untilUs))
    .flatMap((piece) => assembler.add(piece));
  return [...pieces, ...assembler.end()];
}

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
