import type { Logger } from 'pino';
import type { Clock } from '../../platform/clock.ts';
import { createNowAndThen } from '../../platform/now-and-then.ts';
import type { SampleBlock } from './stream/sample-block.ts';

/** Takes blocks as they come and waits for nothing: whoever cannot keep up drops, and counts what it dropped. */
export type Sink = (block: SampleBlock) => void;

export interface GloveSinksDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** A sink threw, and the block is lost for it. */
  readonly onFailure: () => void;
}

/** Hands each block to everybody who asked for them. A sink that throws stops nobody else. */
export function createGloveSinks({ clock, logger, onFailure }: GloveSinksDeps) {
  const worthSaying = createNowAndThen(clock);
  let sinks: readonly Sink[] = [];
  return {
    /** Answers how to stop it. */
    follow(sink: Sink): () => void {
      sinks = [...sinks, sink];
      return () => {
        sinks = sinks.filter((other) => other !== sink);
      };
    },
    give(block: SampleBlock): void {
      for (const sink of sinks) {
        try {
          sink(block);
        } catch (error) {
          onFailure();
          if (worthSaying(sink.name))
            logger.error({ err: error, glove: block.glove }, 'samples were not taken');
        }
      }
    },
  };
}
