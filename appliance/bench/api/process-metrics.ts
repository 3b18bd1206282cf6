/** What a server tells of itself at `/metrics`. */
export interface ProcessMetrics {
  /** Since the last look, milliseconds. */
  readonly eventLoopDelay: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly residentMb: number;
  /** Since the start. */
  readonly souvenirsDrawn: number;
}

export async function readProcessMetrics(url: string): Promise<ProcessMetrics> {
  const response = await fetch(`${url}/metrics`);
  if (!response.ok) throw new Error(`/metrics answered ${response.status}`);
  const lines = (await response.text()).split('\n');
  const find = (series: string): number | undefined => {
    const line = lines.find((one) => one.startsWith(`${series} `));
    return line === undefined ? undefined : Number(line.slice(series.length + 1));
  };
  const value = (series: string): number => {
    const found = find(series);
    if (found === undefined) throw new Error(`/metrics has no ${series}`);
    return found;
  };
  const delayMs = (quantile: string) =>
    value(`dugout_event_loop_delay_seconds{quantile="${quantile}"}`) * 1_000;
  return {
    eventLoopDelay: { p50: delayMs('0.5'), p99: delayMs('0.99'), max: delayMs('1') },
    residentMb: value('process_resident_memory_bytes') / 1024 ** 2,
    // A counter has no line for what has never happened.
    souvenirsDrawn: find('dugout_job_runs_total{kind="souvenir.render",result="done"}') ?? 0,
  };
}
