import { withCalibratedCurls } from '@dugout/appliance/contract/glove-frame.ts';
import type { GloveLayout } from '@dugout/appliance/contract/gloves.ts';
import { useEffect, useMemo, useRef, useState } from 'react';
import { createFrameOrder } from './frame-order.ts';
import { followGlove, type StreamState } from './glove-stream.ts';
import { createPlotClock } from './plot-clock.ts';
import { createSignalWindow } from './signal-window.ts';

const microseconds = 1e-6;

/**
 * The last seconds of a glove's channels, physical values, as they come over MQTT, and for how long nothing has come. A
 * new layout begins a new sheet.
 */
export function useGloveSignals(site: string | null, glove: string, layout: GloveLayout, seconds: number) {
  const [state, setState] = useState<StreamState>('connecting');
  const signals = useMemo(() => createSignalWindow(layout.channels.length, seconds), [layout, seconds]);
  const clock = useMemo(createPlotClock, []);
  /** `performance.now()`; from the beginning on, until something comes. */
  const heardAt = useRef(performance.now());

  useEffect(() => {
    if (site === null) return;
    const order = createFrameOrder();
    const calibrated = withCalibratedCurls(layout);
    const stream = followGlove(site, glove, {
      state: setState,
      frame({ flags, seq, count, t0Us, dtUs, channels, values }) {
        if (channels !== layout.channels.length) return;
        heardAt.current = performance.now();
        const place = order.place({ seq, count, t0Us });
        if (place === 'known') return;
        const from = t0Us * microseconds;
        const step = dtUs * microseconds;
        clock.heard(from + (count - 1) * step, performance.now() / 1_000);
        const { channels: meanings } = flags.calibrated ? calibrated : layout;
        signals.add({
          from,
          step,
          count,
          afterGap: place === 'after_gap',
          value(channel, sample) {
            const { scale, offset } = meanings[channel] ?? { scale: 1, offset: 0 };
            return (values[sample * channels + channel] ?? 0) * scale + offset;
          },
        });
      },
    });
    return stream.close;
  }, [site, glove, layout, signals, clock]);

  return { state, signals, clock, silentMs: () => performance.now() - heardAt.current };
}
