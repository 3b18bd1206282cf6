import type { CompleteInput, Game, GameAction } from '@dugout/appliance/contract/games.ts';

/** What the panel asks the appliance to do with a game. */
export type RigAction = { game: Game; verb: GameAction; input?: CompleteInput };

/** What a part of the panel that shows one game is given. */
export type GameProps = { game: Game; busy: GameAction | undefined; onAct: (action: RigAction) => void };
