-- That a game's sensor data is to be analysed by one version of the algorithm; written with the game's completion.
CREATE TABLE processing_events (
  id TEXT NOT NULL PRIMARY KEY,
  game_id TEXT NOT NULL REFERENCES games (id),
  player_id TEXT NOT NULL REFERENCES players (id),
  algo_version TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state = 'pending' OR state = 'done' OR state = 'failed'),
  code TEXT,
  created_at INTEGER NOT NULL,
  done_at INTEGER,
  UNIQUE (game_id, algo_version)
) STRICT;
CREATE INDEX processing_events_by_state ON processing_events (state, player_id, created_at);

-- What an analysis found, and how it stands against the player's earlier games.
CREATE TABLE analyses (
  processing_event_id TEXT NOT NULL PRIMARY KEY REFERENCES processing_events (id),
  game_id TEXT NOT NULL REFERENCES games (id),
  player_id TEXT NOT NULL REFERENCES players (id),
  attraction TEXT NOT NULL,
  hand TEXT CHECK (hand = 'left' OR hand = 'right' OR hand = 'both'),
  glove_class TEXT NOT NULL,
  algo_version TEXT NOT NULL,
  comparable INTEGER NOT NULL CHECK (comparable BETWEEN 0 AND 1),
  why TEXT,
  metrics TEXT NOT NULL,
  statuses TEXT NOT NULL,
  score TEXT NOT NULL,
  status TEXT NOT NULL,
  played_at INTEGER NOT NULL,
  computed_at INTEGER NOT NULL,
  supersedes TEXT
) STRICT;
CREATE INDEX analyses_by_game ON analyses (game_id, computed_at);
CREATE INDEX analyses_by_player ON analyses (player_id, algo_version, played_at);
