import type { GameCalls } from './game-calls.ts';
import type { Ledger } from './ledger.ts';
import type { DeviceIdentity } from './mqtt-device.ts';
import type { PowerCord } from './power-cord.ts';
import type { Randomness } from './randomness.ts';
import type { Stage } from './stage.ts';

/** How a rig talks of its games: by the seed's HTTP endpoints, or by events and commands. */
export type RigSpeech = 'http' | 'mqtt';

/** The hands of whoever plays at a rig, when gloves lie there: they do what they are told. */
export interface Hands {
  /** A signal is visible from now on. */
  see(): void;
  /** Open and close, and hold still. */
  exercise(gameId: string): void;
}

/** A rig plays whoever is confirmed at its station, whenever it has power, until the simulation stops. */
export interface Rig {
  readonly identity: DeviceIdentity;
  /** Where the appliance is. */
  readonly url: string;
  readonly speech: RigSpeech;
  readonly station: { readonly id: string; readonly name: string; readonly attraction: string };
  readonly cord: PowerCord;
  readonly calls: GameCalls;
  readonly ledger: Pick<Ledger, 'told'>;
  /** Undefined where no glove lies. */
  readonly hands: Hands | undefined;
  readonly random: Randomness;
  readonly stage: Stage;
}
