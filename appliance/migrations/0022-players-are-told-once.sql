-- What a player is told. `seq` is the order over the venue: later is greater, also when the clock has stepped back.
CREATE TABLE player_events (
  id TEXT NOT NULL PRIMARY KEY,
  seq INTEGER NOT NULL,
  player_id TEXT NOT NULL REFERENCES players (id),
  type TEXT NOT NULL,
  payload TEXT,
  unique_key TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX player_events_in_order ON player_events (seq);
CREATE UNIQUE INDEX player_events_once ON player_events (player_id, unique_key);
CREATE INDEX player_events_of_player ON player_events (player_id, seq);

-- Which of a player's things changed last, in the same order.
CREATE TABLE player_changes (
  player_id TEXT NOT NULL REFERENCES players (id),
  kind TEXT NOT NULL,
  thing_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  gone INTEGER NOT NULL CHECK (gone IN (0, 1)),
  PRIMARY KEY (player_id, kind, thing_id)
) STRICT;
CREATE UNIQUE INDEX player_changes_in_order ON player_changes (seq);
CREATE INDEX player_changes_of_player ON player_changes (player_id, seq);
INSERT INTO player_changes (player_id, kind, thing_id, seq, gone)
SELECT player_id, kind, thing_id, row_number() OVER (ORDER BY kind DESC, thing_id), 0
FROM (
  SELECT id AS player_id, 'player' AS kind, id AS thing_id FROM players
  UNION ALL
  SELECT player_id, 'game', id FROM games
);

-- How far each way of telling has come. It is this machine's own: another has told nobody.
CREATE TABLE told_events (way TEXT NOT NULL PRIMARY KEY, seq INTEGER NOT NULL) STRICT;
