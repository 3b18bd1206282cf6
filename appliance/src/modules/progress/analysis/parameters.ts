/**
 * Part of every result: values of two versions are not held against each other. It changes with any parameter below
 * and with any formula of this folder.
 */
export const algorithmVersion = '1';

/**
 * Every choice that a value depends on. Where a source is named, the value is the source's; the others are ours, and
 * docs/decisions/0019 says why.
 */
export const parameters = {
  /** The common rate that everything is brought to before it is looked at. */
  rateHz: 100,
  /** Longer gaps split a recording; shorter ones are bridged by a straight line. */
  longestGapMs: 100,
  /** With more than this share of the samples missing, a metric is absent. */
  mostMissing: 0.05,
  shortestSeconds: 3,
  /** Nobody plays longer; what claims to be is not brought to the common rate, which could take any amount of memory. */
  longestSeconds: 12 * 3600,
  /** A sample gives way to the median of three only when it sticks out by this many typical steps of its channel. */
  spikeSteps: 6,
  /** Values beyond these cannot come from a hand and count as missing. */
  plausible: { curl: [-1, 2], gyro: [-40, 40], acceleration: [-200, 200] },
  /** Zero-phase second-order Butterworth, Hz (as in the reference code of SPARC). */
  cutoffHz: { curl: 10, gyro: 20, acceleration: 20 },
  /** Slower recordings cannot show what is asked. */
  slowestHz: { any: 10, smoothness: 25, steadiness: 30, reaction: 25 },
  gravity: 9.80665,

  range: { low: 5, high: 95, open: 0.2, closed: 0.8, enoughSeconds: 30 },

  /** Balasubramanian et al., J NeuroEng Rehabil 2015;12:112. */
  sparc: { padLevel: 4, cutoffHz: 10, threshold: 0.05 },

  movement: {
    /** A peak of speed counts from this share of the game's 95th percentile of speed … */
    peakShare: 0.2,
    /** … and lasts while the speed is above this share of the peak. */
    edgeShare: 0.05,
    shortestMs: 150,
    bridgedMs: 80,
    longestMs: 4000,
    /** Below this peak (per second) and this distance nothing moves on purpose: a share of the curl, rad. */
    purpose: { curl: { peak: 0.25, distance: 0.1 }, gyro: { peak: 0.3, distance: 0.1 } },
    least: 5,
    enough: 20,
  },

  repetition: {
    low: 0.4,
    high: 0.6,
    refractoryMs: 150,
    hesitation: 2,
    halt: 3,
    leastIntervals: 4,
    leastForDecrement: 10,
    ends: 5,
    enough: 20,
  },

  /** Band and windows after Luft et al., Sensors 2019;19:4301; the criteria are ours. */
  steadiness: {
    windowSeconds: 3,
    hopSeconds: 1.5,
    padTo: 1024,
    bandHz: [3.5, 12],
    wideHz: [0.5, 15],
    voluntaryHz: [0.5, 3],
    /** A window is quiet when the voluntary part is below this, rad/s rms. */
    quietBelow: 0.3,
    peakHalfWidthHz: 0.6,
    peakShare: 0.6,
    bandShare: 0.2,
    least: 3,
    enough: 10,
  },

  reaction: {
    baselineMs: 500,
    sustainedMs: 50,
    edgeShare: 0.05,
    deviations: 3,
    anticipationMs: 100,
    lapseMs: 1500,
    /** How far beyond a lapse a movement's peak is looked for. */
    peakWithinMs: 500,
    least: 5,
    enough: 10,
  },
} as const;
