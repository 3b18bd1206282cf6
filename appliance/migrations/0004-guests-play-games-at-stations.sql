CREATE TABLE attractions (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  ticket_letter TEXT NOT NULL,
  paused INTEGER NOT NULL CHECK (paused IN (0, 1)),
  capacity INTEGER CHECK (capacity > 0),
  grace_seconds INTEGER NOT NULL CHECK (grace_seconds > 0),
  assumed_play_seconds INTEGER NOT NULL CHECK (assumed_play_seconds > 0),
  delayed_until INTEGER,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE stations (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  attraction TEXT NOT NULL REFERENCES attractions (id),
  device TEXT UNIQUE,
  in_service INTEGER NOT NULL CHECK (in_service IN (0, 1)),
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE players (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL CHECK (instr(name, char(0)) = 0),
  phone TEXT,
  email TEXT,
  birth_year INTEGER,
  photo TEXT,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE consents (
  id TEXT NOT NULL PRIMARY KEY,
  player_id TEXT NOT NULL REFERENCES players (id),
  kind TEXT NOT NULL,
  granted INTEGER NOT NULL CHECK (granted IN (0, 1)),
  text_version TEXT NOT NULL,
  recorded_by TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX consents_by_player ON consents (player_id);

CREATE TABLE games (
  id TEXT NOT NULL PRIMARY KEY,
  player_id TEXT NOT NULL REFERENCES players (id),
  attraction TEXT NOT NULL REFERENCES attractions (id),
  -- OR and not IN: for an IN of three or more SQLite makes a table of its own at every write.
  state TEXT NOT NULL CHECK (
    state = 'new' OR state = 'queued' OR state = 'recalled' OR state = 'confirmed' OR state = 'playing' OR
    state = 'completed' OR state = 'held' OR state = 'no_show' OR state = 'cancelled'
  ),
  ticket TEXT NOT NULL,
  code TEXT NOT NULL UNIQUE,
  party_size INTEGER NOT NULL CHECK (party_size > 0),
  station_id TEXT REFERENCES stations (id),
  place INTEGER,
  score INTEGER CHECK (score >= 0),
  distance REAL CHECK (distance >= 0 AND distance < 9e999),
  homeruns INTEGER CHECK (homeruns >= 0),
  recall_count INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  state_at INTEGER NOT NULL,
  queued_at INTEGER,
  recalled_at INTEGER,
  grace_until INTEGER,
  confirmed_at INTEGER,
  played_at INTEGER,
  completed_at INTEGER,
  message_kind TEXT,
  message_state TEXT,
  message_reason TEXT,
  undoable TEXT,
  CHECK (state <> 'queued' OR place IS NOT NULL)
) STRICT;
-- The queue is the few games that wait; the whole table is every guest of the season.
CREATE INDEX games_in_the_queue ON games (attraction, place) WHERE state = 'queued';
CREATE INDEX games_by_state ON games (state, state_at);
CREATE INDEX games_by_player ON games (player_id);
CREATE INDEX games_ranked ON games (attraction, score DESC, played_at) WHERE state = 'completed';
CREATE INDEX games_finished ON games (attraction, state_at) WHERE state = 'completed';

CREATE TABLE game_transitions (
  id TEXT NOT NULL PRIMARY KEY,
  game_id TEXT NOT NULL REFERENCES games (id),
  action TEXT NOT NULL,
  from_state TEXT,
  to_state TEXT NOT NULL,
  at INTEGER NOT NULL,
  actor_id TEXT,
  actor TEXT NOT NULL,
  actor_role TEXT NOT NULL,
  reason TEXT,
  before TEXT NOT NULL,
  undoes TEXT
) STRICT;
CREATE INDEX game_transitions_by_game ON game_transitions (game_id);

CREATE TABLE counters (
  name TEXT NOT NULL PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT;
