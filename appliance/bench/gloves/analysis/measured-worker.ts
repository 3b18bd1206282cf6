import type { AnalysisOrder } from '../../../src/modules/progress/analysis-task.ts';
import analyseGame from '../../../src/modules/progress/analysis-worker.ts';

export interface MeasuredAnalysis {
  /** CPU of the thread, seconds: of the analysis, and since the thread was begun, with all that was loaded. */
  readonly seconds: number;
  readonly sinceBegun: number;
  /** How many metrics had a value. */
  readonly values: number;
}

const cpuSeconds = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1e6;
};

/** What the appliance has its threads do, with a look at their clock before and after. */
export default function measured(order: AnalysisOrder): MeasuredAnalysis {
  const before = cpuSeconds();
  const outcome = analyseGame(order);
  const sinceBegun = cpuSeconds();
  if (!outcome.ok) throw new Error(`not analysed: ${outcome.code}`);
  const values = Object.values(outcome.metrics).filter(({ value }) => value !== null).length;
  return { seconds: sinceBegun - before, sinceBegun, values };
}
