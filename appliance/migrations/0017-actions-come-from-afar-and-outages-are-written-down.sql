-- What became of every action that was asked for from afar, written with its effect.
CREATE TABLE command_inbox (
  command_id TEXT NOT NULL PRIMARY KEY,
  status TEXT NOT NULL,
  code TEXT,
  answer TEXT,
  method TEXT NOT NULL,
  path TEXT NOT NULL,
  actor_id TEXT,
  asked_at INTEGER NOT NULL,
  executed_at INTEGER NOT NULL
) STRICT;
CREATE INDEX command_inbox_by_age ON command_inbox (executed_at);
CREATE INDEX command_inbox_by_asking ON command_inbox (asked_at, status);

-- What happened while the venue was alone.
CREATE TABLE outages (
  id TEXT NOT NULL PRIMARY KEY,
  began_at INTEGER NOT NULL UNIQUE,
  ended_at INTEGER NOT NULL,
  caught_up_at INTEGER NOT NULL,
  guests_signed_up INTEGER NOT NULL,
  guests_served INTEGER NOT NULL,
  texts_sent INTEGER NOT NULL,
  texts_held INTEGER NOT NULL,
  texts_dropped INTEGER NOT NULL,
  changes_shipped INTEGER NOT NULL,
  rows_shipped INTEGER NOT NULL
) STRICT;
