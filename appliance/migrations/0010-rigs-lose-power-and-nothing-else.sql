-- What the appliance asks of a device, until it is answered or pointless.
CREATE TABLE device_commands (
  id TEXT NOT NULL PRIMARY KEY,
  device TEXT NOT NULL,
  name TEXT NOT NULL,
  args TEXT NOT NULL CHECK (json_valid(args)),
  -- OR and not IN: for an IN of three or more SQLite makes a table of its own at every write.
  state TEXT NOT NULL CHECK (
    state = 'pending' OR state = 'sent' OR state = 'done' OR state = 'refused' OR state = 'expired' OR
    state = 'withdrawn'
  ),
  code TEXT,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  sent_at INTEGER,
  ended_at INTEGER
) STRICT;
CREATE INDEX device_commands_by_device ON device_commands (device, id);
CREATE INDEX device_commands_open ON device_commands (device) WHERE state = 'pending' OR state = 'sent';

-- A device that did what it may not is marked until staff have seen it.
ALTER TABLE devices ADD COLUMN refused_count INTEGER NOT NULL DEFAULT 0 CHECK (refused_count >= 0);
ALTER TABLE devices ADD COLUMN last_refused_at INTEGER;
ALTER TABLE devices ADD COLUMN last_refused_reason TEXT;

-- What must be added to a device's clock to have the venue's: as it measured itself, and as its messages arrive.
ALTER TABLE device_presence ADD COLUMN clock_measured_ms REAL;
ALTER TABLE device_presence ADD COLUMN clock_round_trip_ms REAL;
ALTER TABLE device_presence ADD COLUMN clock_observed_ms REAL;

-- What a rig told of a game. `run` is one life of its spool, `seq` counts in it.
CREATE TABLE rig_events (
  id TEXT NOT NULL PRIMARY KEY,
  device TEXT NOT NULL,
  run TEXT NOT NULL,
  seq INTEGER NOT NULL CHECK (seq >= 0),
  game_id TEXT NOT NULL,
  type TEXT NOT NULL,
  data TEXT NOT NULL CHECK (json_valid(data)),
  device_at_us INTEGER NOT NULL,
  venue_at INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  outcome TEXT NOT NULL CHECK (
    outcome = 'applied' OR outcome = 'late' OR outcome = 'conflict' OR outcome = 'ignored'
  ),
  code TEXT
) STRICT;
CREATE UNIQUE INDEX rig_events_once ON rig_events (device, run, seq);
CREATE INDEX rig_events_by_game ON rig_events (game_id, id);
-- Of a game with thousands of hits these are the few that move it.
CREATE INDEX rig_events_of_life ON rig_events (game_id, device, run, seq)
  WHERE type = 'started' OR type = 'progress' OR type = 'completed' OR type = 'aborted';
CREATE INDEX rig_events_in_conflict ON rig_events (id) WHERE outcome = 'conflict';

-- The guest a rig was told of as its next.
CREATE TABLE rig_loads (
  device TEXT NOT NULL PRIMARY KEY,
  game_id TEXT NOT NULL,
  command_id TEXT NOT NULL
) STRICT;

-- A game whose rig is gone waits for it until then; and what staff must know of it.
ALTER TABLE games ADD COLUMN interrupted_until INTEGER;
ALTER TABLE games ADD COLUMN notice TEXT;
ALTER TABLE attractions ADD COLUMN reconnect_seconds INTEGER NOT NULL DEFAULT 60 CHECK (reconnect_seconds > 0);
