/** Colours and emblem of a souvenir: what tells at a glance which attraction it is from. */
export interface SouvenirLook {
  /** Dusk from the zenith to the horizon. */
  readonly sky: readonly [zenith: string, high: string, middle: string, low: string, horizon: string];
  /** Night side of the stands. */
  readonly shade: string;
  readonly grass: readonly [dark: string, light: string];
  readonly accent: string;
  /** A pale relative of the accent, readable as text on the night sky. */
  readonly tint: string;
  readonly emblem: 'ball' | 'paddles' | 'glove';
}

const derby: SouvenirLook = {
  sky: ['#0a1233', '#231f63', '#7b2c73', '#ea5f45', '#ffc978'],
  shade: '#0b0f2b',
  grass: ['#123f33', '#1a5a40'],
  accent: '#ff5436',
  tint: '#ffc08a',
  emblem: 'ball',
};

const looks: Readonly<Record<string, SouvenirLook>> = {
  derby,
  pong: {
    sky: ['#041227', '#08305a', '#0f6a8c', '#2cb9a9', '#e9f2a8'],
    shade: '#051128',
    grass: ['#0d3b46', '#125461'],
    accent: '#14c8b4',
    tint: '#8ff0dc',
    emblem: 'paddles',
  },
  glove: {
    sky: ['#130a30', '#38166b', '#85257f', '#e0527b', '#ffbd96'],
    shade: '#120a2c',
    grass: ['#2a2a63', '#3a3a80'],
    accent: '#c04bff',
    tint: '#e7b5ff',
    emblem: 'glove',
  },
};

/** An attraction without a look of its own wears the derby's. */
export const lookOf = (attraction: string): SouvenirLook => looks[attraction] ?? derby;
