import type { CalibrationResult } from '../../../../contract/glove-calibration.ts';
import type {
  GloveControlPayload,
  PaddlePosition,
  Steering,
  Swing,
} from '../../../../contract/glove-control.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Statements, Transaction } from '../../../platform/database/transaction.ts';
import { Problem } from '../../../platform/errors.ts';
import type { LiveFeed } from '../../../platform/http/live-feed.ts';
import type { GloveRow } from '../gloves-tables.ts';
import type { SampleBlock } from '../stream/sample-block.ts';
import { controllerProblems } from './controller-problems.ts';
import { createPaddle } from './paddle.ts';
import { closedness, columnsOf, isScaled } from './readings.ts';
import { createSwingDetector } from './swinging.ts';

type Reads = Pick<Statements, 'all' | 'get'>;

/** What a glove did to a game, as it happens. */
export interface Steered {
  readonly glove: string;
  readonly control: PaddlePosition | Swing;
}

export interface ControllerServiceDeps {
  clock: Pick<Clock, 'monotonic'>;
  live: Pick<LiveFeed, 'changed'>;
  /** Throws `not_found`. */
  gloveNamed(reads: Reads, name: string): Pick<GloveRow, 'name'>;
  /** What the hand that wears the glove was calibrated to, newest. */
  calibrationOf(glove: string): CalibrationResult | null;
  /** Puts it on the glove's control topic. */
  send(glove: string, control: GloveControlPayload): void;
}

/** Samples in a frame: 20 ms at 100 Hz while it steers, 50 ms otherwise. */
const steeringBatch = 2;
const usualBatch = 5;
/** A glove on a line sends sample by sample, up to 281 a second; no screen shows more than 60 positions of a paddle. */
const leastBetweenUs = 16_000;
/** A glove that still sends larger batches has not heard, and is asked again after this. */
const askAgainMs = 2_000;

interface Post {
  readonly steering: Steering;
  /** Answers what the glove does to its game with these samples. */
  readonly take: (block: SampleBlock) => Array<Omit<PaddlePosition, 'n'> | Omit<Swing, 'n'>>;
  told: number;
  run: string | null;
  askedAt: number;
}

const steersNothing = (glove: string): Steering => ({ glove, mode: 'off', by: 'hand' });

export function createControllerService(deps: ControllerServiceDeps) {
  const { clock, live } = deps;
  const posts = new Map<string, Post>();
  const lastBlocks = new Map<string, Pick<SampleBlock, 'layout' | 'calibrated' | 'deviceAuto'>>();
  let listeners: readonly ((steered: Steered) => void)[] = [];

  function taking({ glove, mode, by }: Steering): Post['take'] {
    const calibration = deps.calibrationOf(glove);
    if (mode === 'derby') {
      const detector = createSwingDetector(calibration);
      return (block) => detector.take(block).map((swing) => ({ type: 'swing', ...swing }));
    }
    const closedIn = closedness(by, calibration);
    const paddle = createPaddle();
    let toldUs = 0;
    return (block) => {
      const closed = closedIn(block);
      const y = closed === null ? null : paddle.follow(block, closed);
      const t_us = Math.round(block.t0Us + (block.count - 1) * block.dtUs);
      if (y === null || Math.abs(t_us - toldUs) < leastBetweenUs) return [];
      toldUs = t_us;
      return [{ type: 'paddle', t_us, y }];
    };
  }

  function askForBatches(post: Post, glove: string): void {
    post.askedAt = clock.monotonic();
    deps.send(glove, { type: 'batch', samples: steeringBatch });
  }

  function set(steering: Steering): void {
    const { glove, mode } = steering;
    const before = posts.get(glove);
    if (mode === 'off') {
      posts.delete(glove);
      if (before !== undefined) deps.send(glove, { type: 'batch', samples: usualBatch });
    } else {
      const post = {
        steering,
        take: taking(steering),
        told: before?.told ?? 0,
        run: before?.run ?? null,
        askedAt: 0,
      };
      posts.set(glove, post);
      askForBatches(post, glove);
    }
    live.changed('gloves');
  }

  return {
    /**
     * Lets a glove steer, or no more. Throws `not_found`, `glove_not_calibrated`, `glove_cannot_swing`.
     */
    steer(tx: Transaction, steering: Steering): Steering {
      const { glove, mode } = steering;
      deps.gloveNamed(tx, glove);
      const last = lastBlocks.get(glove);
      const isKnown = deps.calibrationOf(glove) !== null || (last !== undefined && isScaled(last));
      if (mode === 'pong' && !isKnown) throw new Problem(controllerProblems.glove_not_calibrated);
      if (mode === 'derby' && last !== undefined && columnsOf(last.layout, ['gx', 'gy', 'gz']) === null) {
        throw new Problem(controllerProblems.glove_cannot_swing);
      }
      tx.afterCommit(() => set(steering));
      return steering;
    },
    steering: (glove: string): Steering => posts.get(glove)?.steering ?? steersNothing(glove),
    /** It has another calibration: what steers goes by that from now on. */
    recalibrated(glove: string): void {
      const post = posts.get(glove);
      if (post !== undefined) posts.set(glove, { ...post, take: taking(post.steering) });
    },
    /** Hears of every paddle position and swing, in order, after it was sent. Answers how to stop it. */
    follow(listener: (steered: Steered) => void): () => void {
      listeners = [...listeners, listener];
      return () => {
        listeners = listeners.filter((other) => other !== listener);
      };
    },
    take(block: SampleBlock): void {
      const { glove, layout, calibrated, deviceAuto } = block;
      lastBlocks.set(glove, { layout, calibrated, deviceAuto });
      const post = posts.get(glove);
      if (post === undefined) return;
      const isAnew = post.run !== null && post.run !== block.run;
      const hasNotHeard = block.count > steeringBatch && clock.monotonic() - post.askedAt >= askAgainMs;
      if (isAnew || hasNotHeard) askForBatches(post, glove);
      post.run = block.run;
      for (const found of post.take(block)) {
        post.told += 1;
        const control = { ...found, n: post.told };
        deps.send(glove, control);
        for (const listener of listeners) listener({ glove, control });
      }
    },
  };
}
export type ControllerService = ReturnType<typeof createControllerService>;
