/**
 * Gloves: what reaches the venue from sensor gloves, on whichever way, and what they are told.
 *
 * Owns `gloves`, `glove_calibrations`. Calls devices (a glove is one) and attractions. Joins `device.described`.
 * Publishes `glove.changed`.
 */
import { gloveCalibrations, gloves } from './gloves-tables.ts';

export { gloveChanged } from './gloves-events.ts';
export type { SampleBlock } from './stream/sample-block.ts';

export const gloveTables = [gloves, gloveCalibrations];
