/** A struck bell: a note and its fifth, which fade. Hertz. */
const notes = [784, 1175] as const;
const bellSeconds = 1.1;
const betweenBells = 0.55;

let context: AudioContext | undefined;

const audio = (): AudioContext => {
  context ??= new AudioContext();
  return context;
};

/**
 * Whether this browser lets the page be heard. Browsers want a touch first; a venue's kiosks are started with
 * `--autoplay-policy=no-user-gesture-required`.
 */
export const isAudible = (): boolean => audio().state === 'running';

/** To be called from a touch. Resolves with whether it worked. */
export async function makeAudible(): Promise<boolean> {
  await audio()
    .resume()
    .catch(() => undefined);
  return isAudible();
}

/** Rings `times`, by the browser's own synthesizer. Silent where the page may not be heard. */
export function chime(times: number): void {
  if (!isAudible()) return;
  const now = audio().currentTime;
  for (let bell = 0; bell < times; bell += 1) {
    for (const note of notes) strike(note, now + bell * betweenBells);
  }
}

function strike(hertz: number, at: number): void {
  const [tone, volume] = [audio().createOscillator(), audio().createGain()];
  tone.frequency.value = hertz;
  volume.gain.setValueAtTime(0.0001, at);
  volume.gain.exponentialRampToValueAtTime(0.25, at + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, at + bellSeconds);
  tone.connect(volume).connect(audio().destination);
  tone.start(at);
  tone.stop(at + bellSeconds);
}
