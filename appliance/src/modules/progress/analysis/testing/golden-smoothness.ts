import { minimumJerkSpeed, submovements } from './synthetic-motion.ts';

export const gaussian = Float64Array.from({ length: 200 }, (_, i) => Math.exp(-5 * (-1 + i * 0.01) ** 2));

/** Worked out with the reference implementation of the authors of SPARC (siva82kb/SPARC, commit 3650934), float64. */
export const golden: readonly (readonly [
  name: string,
  speed: Float64Array,
  rateHz: number,
  arcLength: number,
  jerk: number,
])[] = [
  ['a Gaussian', gaussian, 100, -1.414031261710479, -5.816357414756398],
  ['minimum jerk, 1 s', minimumJerkSpeed(1, 100), 100, -1.4058293244214652, -5.3016332480982316],
  ['minimum jerk, 0.5 s', minimumJerkSpeed(0.5, 100), 100, -1.4058299702292807, -5.280428932332166],
  ['minimum jerk, 1 s at 50 Hz', minimumJerkSpeed(1, 50), 50, -1.4058299702292807, -5.280428932332166],
  ['minimum jerk, 1 s at 200 Hz', minimumJerkSpeed(1, 200), 200, -1.405829284155858, -5.311933811131423],
  ['two submovements, 1 s apart', submovements(2, 1, 100), 100, -2.2445454583876265, -8.084272549633209],
  ['two submovements, 1.5 s apart', submovements(2, 1.5, 100), 100, -3.119025063736479, -8.738324911062609],
  ['three submovements, 1 s apart', submovements(3, 1, 100), 100, -2.7038409567312534, -9.709330387917264],
];
