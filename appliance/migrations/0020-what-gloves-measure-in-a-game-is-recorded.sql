-- One recording of one glove during a game. Its samples are in streams.db, under the id of its row.
CREATE TABLE glove_sessions (
  id TEXT NOT NULL PRIMARY KEY,
  game_id TEXT NOT NULL REFERENCES games (id),
  player_id TEXT NOT NULL REFERENCES players (id),
  -- NULL for a recording that a phone posted.
  glove TEXT,
  hand TEXT CHECK (hand = 'left' OR hand = 'right'),
  glove_class TEXT NOT NULL,
  way TEXT CHECK (way = 'mqtt' OR way = 'serial' OR way = 'tcp' OR way = 'phone'),
  state TEXT NOT NULL CHECK (state = 'open' OR state = 'closed' OR state = 'discarded' OR state = 'erased'),
  calibration_id TEXT,
  -- JSON: the calibration as it was when the session began.
  calibration TEXT,
  -- Whether its glove sent curls that it had calibrated by itself.
  device_calibrated INTEGER NOT NULL CHECK (device_calibrated BETWEEN 0 AND 1),
  comparable INTEGER NOT NULL CHECK (comparable BETWEEN 0 AND 1),
  why_not TEXT CHECK (why_not = 'device_auto' OR why_not = 'drifted' OR why_not = 'uncalibrated'),
  samples INTEGER NOT NULL,
  lost INTEGER NOT NULL,
  rejected INTEGER NOT NULL,
  -- What is still there of its samples.
  kept TEXT NOT NULL CHECK (kept = 'raw' OR kept = 'thinned' OR kept = 'summary' OR kept = 'none'),
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  -- When its analysis was stored.
  processed_at INTEGER,
  CHECK ((comparable = 1) = (why_not IS NULL)),
  CHECK ((state = 'open') = (ended_at IS NULL))
) STRICT;
CREATE INDEX glove_sessions_by_game ON glove_sessions (game_id);
CREATE INDEX glove_sessions_by_player ON glove_sessions (player_id, started_at);
CREATE INDEX glove_sessions_open ON glove_sessions (id) WHERE state = 'open';
CREATE INDEX glove_sessions_by_kept ON glove_sessions (kept, ended_at) WHERE state = 'closed';
