import { useEffect, useRef } from 'react';
import { useText } from '../i18n/use-text.ts';
import type { SignalLane } from './lanes.ts';
import type { createPlotClock } from './plot-clock.ts';
import { drawSignals, gridStep, type Paper, type SignalPicture } from './signal-pen.ts';
import type { SignalWindow } from './signal-window.ts';

/** One strip of the paper, and what is written beside it. */
export interface LabelledLane extends SignalLane {
  readonly label: string;
}

/**
 * The last seconds of some channels, each on a strip of its own, drawn at the screen's own pace. Where nothing is known
 * nothing is drawn. It holds still while `paused`. For eyes alone: beside it stands a table.
 */
export function SignalPlot({
  window: signals,
  clock,
  lanes,
  seconds,
  paused,
}: {
  window: SignalWindow;
  clock: ReturnType<typeof createPlotClock>;
  lanes: readonly LabelledLane[];
  seconds: number;
  paused: boolean;
}) {
  const t = useText();
  const canvas = useRef<HTMLCanvasElement>(null);
  const still = useRef(paused);
  still.current = paused;
  /** The lists in it go on for as long as the window keeps them, and stay as they are when it begins others. */
  const picture = useRef<SignalPicture>(undefined);

  useEffect(() => {
    const sheet = canvas.current;
    const context = sheet?.getContext('2d');
    if (!sheet || !context) return;
    let paper = paperOf(sheet);
    const draw = () => picture.current && drawSignals(context, paper, lanes, picture.current);
    const fit = new ResizeObserver(() => {
      paper = paperOf(sheet);
      sheet.width = paper.width * devicePixelRatio;
      sheet.height = paper.height * devicePixelRatio;
      context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
      draw();
    });
    fit.observe(sheet);
    draw();
    let turn = requestAnimationFrame(function next() {
      turn = requestAnimationFrame(next);
      const edge = clock.edge(performance.now() / 1_000);
      if (still.current || edge === undefined) return;
      picture.current = { ...signals.data(), edge, seconds };
      draw();
    });
    return () => {
      cancelAnimationFrame(turn);
      fit.disconnect();
    };
  }, [signals, clock, lanes, seconds]);

  const marks = Array.from({ length: Math.floor(seconds / gridStep) }, (_, at) => seconds - at * gridStep);
  return (
    <div
      aria-hidden
      className="figures grid size-full grid-cols-[auto_minmax(0,1fr)] grid-rows-[minmax(0,1fr)_auto] gap-x-3 gap-y-1 text-sm"
    >
      <ol className="grid auto-rows-fr font-semibold">
        {lanes.map(({ channel, label }) => (
          <li key={channel} className="content-center text-end">
            {label}
          </li>
        ))}
      </ol>
      <div className="relative overflow-hidden rounded-lg border-2 border-line">
        <canvas ref={canvas} className="absolute inset-0 size-full" />
      </div>
      <div className="relative col-start-2 text-ink-soft">
        <ol className="grid auto-cols-fr grid-flow-col max-sm:[&>li:last-child]:invisible max-sm:[&>li:nth-child(even)]:invisible">
          {marks.map((ago) => (
            <li key={ago}>{t('signals.ago', { seconds: ago })}</li>
          ))}
        </ol>
        <p className="absolute inset-y-0 end-0">{t('signals.at_edge')}</p>
      </div>
    </div>
  );
}

/** Sizes in CSS pixels; colours as the theme has them now. */
function paperOf(sheet: HTMLCanvasElement): Paper {
  const style = getComputedStyle(sheet);
  const colour = (name: string) => style.getPropertyValue(name);
  const { clientWidth: width, clientHeight: height } = sheet;
  return { width, height, ink: colour('--ink'), line: colour('--line'), gap: colour('--accent-soft') };
}
