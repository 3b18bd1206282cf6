import type { CompleteInput, GameAction, GameState } from '../../../appliance/contract/games.ts';
import type { RigEventPayload } from '../../../appliance/contract/rigs.ts';
import type { TakenText } from './carriers/carrier-side.ts';

/** A step that the appliance has acknowledged. */
export interface Step {
  readonly gameId: string;
  readonly action: GameAction | 'create';
  readonly actor: string;
  readonly to: GameState;
}

/** A step that was asked for and never answered: it may have happened. */
export interface OpenQuestion {
  readonly actor: string;
  readonly action: Step['action'];
  /** Unknown when the appliance was to choose or make the game. */
  readonly gameId: string | null;
}

/** What a rig told. One without a PUBACK may have arrived. */
export interface ToldEvent {
  readonly device: string;
  readonly event: RigEventPayload;
}

/** What the appliance has said yes to: the audit holds it against what it tells at the end. */
export interface Ledger {
  readonly steps: Step[];
  /** Games of our own guests, by id, with the mail address that names the guest. */
  readonly signUps: Map<string, string>;
  readonly results: Map<string, CompleteInput>;
  readonly open: OpenQuestion[];
  /** Of rigs that speak MQTT: every one that was acknowledged. */
  readonly told: ToldEvent[];
  /** Games that phones of regulars posted, played away from the floor. */
  readonly posted: Set<string>;
  /** Texts that the carriers' far sides took, as far as they are ours. */
  readonly taken: TakenText[];
}

export const createLedger = (): Ledger => ({
  steps: [],
  signUps: new Map(),
  results: new Map(),
  open: [],
  told: [],
  posted: new Set(),
  taken: [],
});
