/** What a host says to a glove that speaks alpha: lines with their `\n`. */

/**
 * Answered to every line that came: with force feedback, which is the default, the firmware waits a second for it
 * (lucidgloves, Main.cpp and SerialCommunication.cpp), and a host that only listens gets one line a second.
 */
export const keepAlive = '\n';

/** The driver asks with these; LucidVR's own firmware does not know them, and answers nothing. */
export const startStreaming = '(ZA)\n';
export const stopStreaming = '(ZZ)\n';
export const askInfo = 'Z\n';

/** LucidVR's firmware looks for a `Z` and for the word, anywhere in the line (DataStructs.h). */
export const saveTravel = 'ZSaveTravel\n';
export const saveInter = 'ZSaveInter\n';
export const clearData = 'ZClearData\n';

/** LucidVR's firmware turns 0..1000 into the servo's angle, senseshift's library 0..4095. */
export const forceFeedbackScales = { lucidgloves: 1_000, senseshift: 4_095 } as const;
export type ForceFeedbackScale = keyof typeof forceFeedbackScales;

/** How far each finger is held back, thumb to pinky: 0 free, 1 fully. What is beyond is taken as the nearest of them. */
export function forceFeedback(shares: readonly number[], scale: ForceFeedbackScale): string {
  const levels = shares.map((share) => Math.round(toShare(share) * forceFeedbackScales[scale]));
  return `${levels.map((level, finger) => `${String.fromCharCode(65 + finger)}${level}`).join('')}\n`;
}

export interface Vibration {
  readonly frequency: number;
  readonly duration: number;
  readonly amplitude: number;
}

/** Finite numbers, not below 0. */
export const vibrate = ({ frequency, duration, amplitude }: Vibration): string =>
  `F${frequency.toFixed(2)}G${duration.toFixed(2)}H${amplitude.toFixed(2)}\n`;

const toShare = (value: number): number => (value > 0 ? Math.min(value, 1) : 0);

export type Order =
  | { readonly kind: 'keep_alive' | 'start' | 'stop' | 'info' | 'save_travel' | 'save_inter' | 'clear_data' }
  | { readonly kind: 'force_feedback'; readonly levels: readonly number[] }
  | { readonly kind: 'vibrate'; readonly vibration: Vibration };

const words = new Map<string, Order>([
  [keepAlive, { kind: 'keep_alive' }],
  [startStreaming, { kind: 'start' }],
  [stopStreaming, { kind: 'stop' }],
  [askInfo, { kind: 'info' }],
  [saveTravel, { kind: 'save_travel' }],
  [saveInter, { kind: 'save_inter' }],
  [clearData, { kind: 'clear_data' }],
]);
const forceFeedbackLine = /^A(\d{1,4})B(\d{1,4})C(\d{1,4})D(\d{1,4})E(\d{1,4})\n$/u;
const vibrationLine = /^F(\d+\.\d\d)G(\d+\.\d\d)H(\d+\.\d\d)\n$/u;

/** What a glove is told, for whoever plays one; null for what no host says. */
export function readOrder(line: string): Order | null {
  const word = words.get(line);
  if (word !== undefined) return word;
  const levels = forceFeedbackLine.exec(line)?.slice(1).map(Number);
  if (levels !== undefined) return { kind: 'force_feedback', levels };
  const [frequency, duration, amplitude] = vibrationLine.exec(line)?.slice(1).map(Number) ?? [];
  if (frequency === undefined || duration === undefined || amplitude === undefined) return null;
  return { kind: 'vibrate', vibration: { frequency, duration, amplitude } };
}
