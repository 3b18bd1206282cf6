import type { SampleBlock } from '../stream/sample-block.ts';

/** Of a glove on a line each sample is a block: so much of it is looked at together. */
const leastUs = 40_000;

/** Hands on blocks that are not too short: those that go on from one another as one. */
export function createGathering(give: (block: SampleBlock) => void) {
  let waiting: SampleBlock[] = [];
  let samples = 0;

  function flush(): void {
    const [first] = waiting;
    if (first === undefined) return;
    const values = new Int16Array(samples * first.layout.channels.length);
    let at = 0;
    for (const block of waiting) {
      values.set(block.values, at);
      at += block.values.length;
    }
    const block = waiting.length === 1 ? first : { ...first, count: samples, values };
    waiting = [];
    samples = 0;
    give(block);
  }

  function goesOn({ run, lost, layout, calibrated, deviceAuto }: SampleBlock): boolean {
    const [first] = waiting;
    return (
      first === undefined ||
      (run === first.run &&
        lost === 0 &&
        layout === first.layout &&
        calibrated === first.calibrated &&
        deviceAuto === first.deviceAuto)
    );
  }

  return (block: SampleBlock): void => {
    if (!goesOn(block)) flush();
    waiting.push(block);
    samples += block.count;
    if (samples * block.dtUs >= leastUs) flush();
  };
}
