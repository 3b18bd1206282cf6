import 'uplot/dist/uPlot.min.css';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import type { SignalLane } from './lanes.ts';
import type { createPlotClock } from './plot-clock.ts';
import type { SignalWindow } from './signal-window.ts';

/** One strip of the paper, and what is written beside it. */
export interface LabelledLane extends SignalLane {
  readonly label: string;
}

/** What a lane leaves free above and below, of its height. */
const margin = 0.08;

/**
 * The last seconds of some channels, each in a lane of its own, drawn at the screen's own pace. Where nothing is known
 * nothing is drawn. It holds still while `paused`. For eyes alone: beside it stands a table.
 */
export function SignalPlot({
  window: signals,
  clock,
  lanes,
  seconds,
  paused,
  onDrawn,
}: {
  window: SignalWindow;
  clock: ReturnType<typeof createPlotClock>;
  lanes: readonly LabelledLane[];
  seconds: number;
  paused: boolean;
  /** After each drawing, with the device time of the newest sample on the paper. */
  onDrawn?: (newest: number | undefined) => void;
}) {
  const box = useRef<HTMLDivElement>(null);
  const still = useRef(paused);
  still.current = paused;
  const drawn = useRef(onDrawn);
  drawn.current = onDrawn;

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const plot = new uPlot(optionsOf(element, lanes, seconds), [[]], element);
    const fit = new ResizeObserver(() => plot.setSize(sizeOf(element)));
    fit.observe(element);
    let turn = requestAnimationFrame(function draw() {
      turn = requestAnimationFrame(draw);
      const edge = clock.edge(performance.now() / 1_000);
      if (still.current || edge === undefined) return;
      const { times, traces } = signals.data();
      plot.batch(() => {
        plot.setData(
          [
            times,
            ...lanes.map((lane, at) => onStrip(traces[lane.channel] ?? [], lane, lanes.length - 1 - at)),
          ] as uPlot.AlignedData,
          false,
        );
        plot.setScale('x', { min: edge - seconds, max: edge });
      });
      drawn.current?.(signals.newest());
    });
    return () => {
      cancelAnimationFrame(turn);
      fit.disconnect();
      plot.destroy();
    };
  }, [signals, clock, lanes, seconds]);

  return <div ref={box} aria-hidden className="size-full" />;
}

const sizeOf = ({ clientWidth, clientHeight }: HTMLElement) => ({ width: clientWidth, height: clientHeight });

/** From its own scale to its strip; strips are counted from the lowest. */
function onStrip(
  trace: readonly (number | null)[],
  { from, to }: SignalLane,
  strip: number,
): (number | null)[] {
  const perUnit = (1 - 2 * margin) / (to - from);
  return trace.map((value) =>
    value === null ? null : strip + margin + (Math.min(Math.max(value, from), to) - from) * perUnit,
  );
}

function optionsOf(element: HTMLElement, lanes: readonly LabelledLane[], seconds: number): uPlot.Options {
  const style = getComputedStyle(element);
  const ink = style.getPropertyValue('--ink');
  const line = style.getPropertyValue('--line');
  const font = `600 13px ${style.fontFamily}`;
  return {
    ...sizeOf(element),
    legend: { show: false },
    cursor: { show: false },
    padding: [8, 12, 0, 0],
    scales: { x: { time: false, auto: false }, y: { auto: false, range: [0, lanes.length] } },
    series: [{}, ...lanes.map(() => ({ stroke: ink, width: 1.5, points: { show: false }, spanGaps: false }))],
    axes: [
      {
        stroke: ink,
        font,
        grid: { stroke: line, width: 1 },
        ticks: { show: false },
        splits: (plot) => everySecond(plot.scales['x']?.max ?? 0, seconds),
        values: (plot, splits) => splits.map((at) => secondsAgo((plot.scales['x']?.max ?? 0) - at)),
      },
      {
        stroke: ink,
        font,
        size: 96,
        grid: { show: false },
        ticks: { show: false },
        splits: () => lanes.map((_, lane) => lanes.length - lane - 0.5),
        values: () => lanes.map(({ label }) => label),
      },
    ],
    hooks: {
      drawClear: [
        ({ ctx, bbox }) => {
          // The borders of the lanes.
          ctx.save();
          ctx.strokeStyle = line;
          for (let lane = 0; lane <= lanes.length; lane++) {
            const y = Math.round(bbox.top + (bbox.height * lane) / lanes.length) + 0.5;
            ctx.beginPath();
            ctx.moveTo(bbox.left, y);
            ctx.lineTo(bbox.left + bbox.width, y);
            ctx.stroke();
          }
          ctx.restore();
        },
      ],
    },
  };
}

/** Lines that stay where they are while the signals pass: so many seconds before the right edge. */
function everySecond(edge: number, seconds: number): number[] {
  const step = seconds > 20 ? 10 : 2;
  return Array.from({ length: Math.floor(seconds / step) + 1 }, (_, count) => edge - count * step).reverse();
}

const secondsAgo = (seconds: number): string => {
  const whole = Math.round(seconds);
  return whole === 0 ? '0' : `−${whole} s`;
};
