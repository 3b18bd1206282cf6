-- The key of every row that changed, in the order of the changes. Never emptied
-- whole: the newest row stays, so that numbers are never given twice.
CREATE TABLE change_log (
  seq INTEGER NOT NULL PRIMARY KEY,
  tbl INTEGER NOT NULL,
  pk ANY NOT NULL,
  tok INTEGER NOT NULL DEFAULT (random() & 9007199254740991)
) STRICT;

-- Which number a table has in the log. Rows stay when a table goes: its number is not given to another.
CREATE TABLE change_log_tables (
  number INTEGER NOT NULL PRIMARY KEY CHECK (number > 0),
  name TEXT NOT NULL UNIQUE,
  triggers TEXT
) STRICT;

CREATE TABLE change_log_life (
  id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  epoch INTEGER NOT NULL CHECK (epoch > 0),
  appliance_id TEXT NOT NULL,
  capture TEXT NOT NULL CHECK (capture IN ('on', 'given_up')),
  floor INTEGER NOT NULL,
  given_up_at INTEGER
) STRICT;
