import { z } from 'zod';
import { inCheckout } from '../../checkout.ts';
import type { CarrierSide, Taken } from './carrier-side.ts';
import { startLineProgram } from './line-program.ts';

const Part = z.object({ concatenation: z.int(), total: z.int(), sequence: z.int() });
const SentEvent = z.object({
  event: z.literal('sent'),
  to: z.string(),
  body: z.string(),
  part: Part.nullable(),
});
type Sent = z.infer<typeof SentEvent>;

/** Puts the parts of long texts together; undefined while parts are missing. */
export function createAssembly() {
  const parts = new Map<string, Map<number, string>>();
  return ({ to, body, part }: Pick<Sent, 'to' | 'body' | 'part'>): string | undefined => {
    if (part === null) return body;
    const key = `${to} ${part.concatenation}`;
    const known = (parts.get(key) ?? new Map<number, string>()).set(part.sequence, body);
    parts.set(key, known);
    if (known.size < part.total) return undefined;
    parts.delete(key);
    return [...known]
      .toSorted(([a], [b]) => a - b)
      .map(([, text]) => text)
      .join('');
  };
}

/** An emulated modem, plugged in at `path`. Rejects where this machine has no pseudo terminals. */
export async function startModemSide(path: string, taken: Taken): Promise<CarrierSide> {
  const assembled = createAssembly();
  const program = await startLineProgram(
    [inCheckout('appliance/src/testing/modem-emulator/main.ts'), path],
    (event) => {
      const sent = SentEvent.safeParse(event).data;
      const body = sent === undefined ? undefined : assembled(sent);
      if (sent !== undefined && body !== undefined)
        taken({ carrier: 'modem', to: sent.to, body, at: Date.now() });
    },
  );
  // Phones that are on report at once that they have a text.
  program.order({ do: 'script', set: { reportAtOnce: 0 } });
  return {
    name: 'modem',
    reaches: 'the modem',
    bring: (from, body) => program.order({ do: 'bring', from, body }),
    cut: () => program.order({ do: 'unplug' }),
    restore: () => program.order({ do: 'plug' }),
    stop: program.stop,
  };
}
