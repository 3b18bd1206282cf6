import { z } from 'zod';
import { inCheckout } from '../../checkout.ts';
import type { CarrierSide, Taken } from './carrier-side.ts';
import { startLineProgram } from './line-program.ts';

const TakenEvent = z.object({ event: z.literal('taken'), to: z.string(), body: z.string() });

/** Stands in for Twilio at `port` of this machine. Rejects when the port is taken. */
export async function startTwilioSide(port: number, taken: Taken): Promise<CarrierSide> {
  const program = await startLineProgram(
    [inCheckout('appliance/src/testing/twilio-stand-in-main.ts'), String(port)],
    (event) => {
      const text = TakenEvent.safeParse(event).data;
      if (text !== undefined) taken({ carrier: 'twilio', to: text.to, body: text.body, at: Date.now() });
    },
  );
  return {
    name: 'twilio',
    reaches: 'Twilio',
    bring: (from, body) => program.order({ do: 'receive', from, body }),
    cut: () => program.order({ do: 'go_offline' }),
    restore: () => program.order({ do: 'come_back' }),
    stop: program.stop,
  };
}
