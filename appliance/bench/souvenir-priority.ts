import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { createSouvenirPainter } from '../src/modules/souvenirs/souvenir-painter.ts';
import { installFonts } from '../src/platform/images/fonts.ts';
import { lowerPicturePriority } from '../src/platform/images/thread-priority.ts';
import { guest, guestPhoto } from './souvenir/guests.ts';

interface Phase {
  readonly loop_delay_p50_ms: number;
  readonly loop_delay_p99_ms: number;
  readonly turns_per_second: number;
  readonly souvenirs_per_second: number;
}

/**
 * What a main loop that is busy two thirds of its time feels of pictures being made without a pause, while another
 * process keeps a core: without pictures, with them, and with them at low priority.
 */
export async function run({ json, seconds }: { json: boolean; seconds: number }): Promise<void> {
  await installFonts(join(tmpdir(), 'dugout-fonts'));
  const painter = createSouvenirPainter();
  const photo = await guestPhoto();
  await painter.paintAll(guest(0, photo));

  const neighbour = spawn(process.execPath, ['-e', 'for(;;);']);
  const loop = busyLoop();
  const measure = (paint: boolean) =>
    phase(loop, seconds, paint ? (index) => painter.paintAll(guest(index, photo)) : null);
  const result: Record<string, Phase> = {
    no_pictures: await measure(false),
    pictures: await measure(true),
  };
  await lowerPicturePriority();
  result['pictures_at_low_priority'] = await measure(true);
  loop.stop();
  neighbour.kill();

  for (const [name, figures] of Object.entries(result)) {
    const columns = Object.entries(figures).map(
      ([figure, value]) => `${figure.replaceAll('_', ' ')} ${value}`,
    );
    process.stdout.write(`${name.replaceAll('_', ' ').padEnd(26)} ${columns.join('   ')}\n`);
  }
  if (json) process.stdout.write(`${JSON.stringify({ name: 'souvenir-priority', ...result })}\n`);
}

type Loop = ReturnType<typeof busyLoop>;

/** One millisecond of work, then whatever the timer takes. */
function busyLoop() {
  let turns = 0;
  let timer: NodeJS.Timeout;
  const turn = () => {
    const end = performance.now() + 1;
    while (performance.now() < end);
    turns += 1;
    timer = setTimeout(turn, 0);
  };
  turn();
  return { turns: () => turns, stop: () => clearTimeout(timer) };
}

async function phase(
  loop: Loop,
  seconds: number,
  paint: ((index: number) => Promise<unknown>) | null,
): Promise<Phase> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const turnsBefore = loop.turns();
  const end = performance.now() + seconds * 1000;
  let painted = 0;
  delay.enable();
  while (performance.now() < end) {
    if (paint === null) await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    else await paint(painted++);
  }
  delay.disable();
  const elapsed = seconds + (performance.now() - end) / 1000;
  const round = (value: number) => Math.round(value * 10) / 10;
  return {
    loop_delay_p50_ms: round(delay.percentile(50) / 1e6),
    loop_delay_p99_ms: round(delay.percentile(99) / 1e6),
    turns_per_second: Math.round((loop.turns() - turnsBefore) / elapsed),
    souvenirs_per_second: round(painted / elapsed),
  };
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { json: { type: 'boolean', default: false }, seconds: { type: 'string', default: '10' } },
  });
  await run({ json: values.json, seconds: Number(values.seconds) });
}
