CREATE TABLE schedules (
  name TEXT NOT NULL PRIMARY KEY,
  last_started_at INTEGER NOT NULL,
  last_finished_at INTEGER,
  last_result TEXT CHECK (last_result IN ('done', 'failed')),
  last_error TEXT
) STRICT, WITHOUT ROWID;

-- One row: the last moment at which the appliance is known to have stored something.
CREATE TABLE pulse (
  id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  beat_at INTEGER NOT NULL
) STRICT;
