import { setTimeout as delay } from 'node:timers/promises';
import type { CalibrationPhase } from '../../appliance/contract/glove-calibration.ts';
import {
  createGlove,
  type GloveOptions,
  type SimulatedGlove,
} from '../../appliance/src/testing/simulated-glove/glove.ts';
import {
  type GloveLink,
  runGloves,
  worldUs,
} from '../../appliance/src/testing/simulated-glove/glove-link.ts';
import { createPerformance } from '../../appliance/src/testing/simulated-glove/hand.ts';
import { connectMqttGlove } from '../../appliance/src/testing/simulated-glove/mqtt-glove.ts';
import type { Phase } from '../../appliance/src/testing/simulated-glove/performance-plan.ts';
import type { TestAppliance } from '../../appliance/src/testing/test-appliance.ts';

export interface GlovesOnHands {
  readonly gloves: readonly SimulatedGlove[];
  readonly links: readonly GloveLink[];
  /** All hands do this from now on, from the beginning. */
  play(phases: readonly Phase[]): void;
  stop(): Promise<void>;
}

/** Gloves that are enrolled, signed in and on hands that open and close. They speak frames over MQTT. */
export async function putGlovesOn(
  { post, ports }: Pick<TestAppliance, 'post' | 'ports'>,
  wanted: readonly GloveOptions[],
  carrying: (link: GloveLink) => GloveLink = (link) => link,
): Promise<GlovesOnHands> {
  const broker = `mqtt://127.0.0.1:${ports.mqtt}`;
  const links = await Promise.all(
    wanted.map(async (options) => {
      const { body } = await post('/api/devices', {
        as: 'user',
        body: { name: options.name, kind: 'glove' },
      });
      const glove = createGlove(options);
      return carrying(connectMqttGlove({ glove, broker, site: 'labs', secret: body.secret }));
    }),
  );
  await Promise.all(links.map(({ ready }) => ready));
  const gloves = links.map(({ glove }) => glove);
  const running = runGloves(links);
  const play = (phases: readonly Phase[]) => {
    for (const glove of gloves)
      glove.wear(createPerformance({ seed: 5, hand: glove.hand, phases }), worldUs());
  };
  play(openAndClose);
  return { gloves, links, play, stop: running.stop };
}

export const openAndClose: readonly Phase[] = [{ do: 'reps', count: 1_000 }];
const long = 600;

/** What a hand does that is told what to do. */
const obeyed: Partial<Record<CalibrationPhase, readonly Phase[]>> = {
  move_fingers: [...Array(20)].flatMap((): Phase[] => [
    { do: 'pose', pose: 'fist', seconds: 0.3 },
    { do: 'pose', pose: 'open', seconds: 0.3 },
  ]),
  hold_open: [{ do: 'pose', pose: 'open', seconds: long }],
  hold_fist: [{ do: 'pose', pose: 'fist', seconds: long }],
  hold_thumb_across: [{ do: 'pose', pose: 'thumb_across', seconds: long }],
  hold_spread: [{ do: 'pose', pose: 'spread', seconds: long }],
  await_confirm: openAndClose,
};

/** Lets the hands do what a calibration asks for, until it is ended. Says each phase as it begins. */
export function followGuidance(
  { get }: Pick<TestAppliance, 'get'>,
  { play }: Pick<GlovesOnHands, 'play'>,
  glove: string,
  onPhase: (phase: CalibrationPhase) => Promise<void> | void = () => {},
): { stop(): Promise<void> } {
  let isOver = false;
  const following = (async () => {
    let last: CalibrationPhase | undefined;
    while (!isOver) {
      const { status, body } = await get(`/api/gloves/${glove}/calibration`, { as: 'user' });
      const phase: CalibrationPhase = body.phase;
      if (status === 200 && phase !== last) {
        last = phase;
        await onPhase(phase);
        const phases = obeyed[phase];
        if (phases !== undefined) play(phases);
      }
      await delay(50);
    }
  })();
  return {
    async stop() {
      isOver = true;
      await following;
    },
  };
}
