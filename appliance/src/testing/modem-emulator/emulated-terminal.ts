import type { ModemEmulator } from './modem-emulator.ts';
import { type PseudoTerminal, plugIn } from './pseudo-terminal.ts';

/**
 * Plugs the modem into a pseudo terminal that `path` leads to. Resolves when a program may open it; `unplugged` is
 * called when the modem was unplugged, by `modem.unplug` or by its script, and the terminal is gone.
 */
export async function plugIntoTerminal(
  modem: ModemEmulator,
  path: string,
  unplugged: () => void = () => {},
): Promise<void> {
  // The terminal is there before the modem is.
  const early: Buffer[] = [];
  let isPlugged = false;
  const terminal: PseudoTerminal = await plugIn(path, (bytes) => {
    if (isPlugged) modem.hear(bytes.toString('latin1'));
    else early.push(bytes);
  });
  isPlugged = true;
  modem.plug({
    say: (text) => terminal.write(Buffer.from(text, 'latin1')),
    unplug: () => void terminal.unplug().then(unplugged),
  });
  for (const bytes of early) modem.hear(bytes.toString('latin1'));
}
