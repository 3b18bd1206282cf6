-- Work that is still to be done. A job that is done is a row that is gone.
CREATE TABLE jobs (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  unique_key TEXT,
  payload TEXT NOT NULL CHECK (json_valid(payload)),
  -- OR and not IN: for an IN of three or more SQLite makes a table of its own at every write.
  state TEXT NOT NULL CHECK (state = 'waiting' OR state = 'running' OR state = 'dead'),
  attempts INTEGER NOT NULL CHECK (attempts >= 0),
  lease INTEGER NOT NULL CHECK (lease >= 0),
  run_at INTEGER NOT NULL,
  delay_ms INTEGER CHECK (delay_ms >= 0),
  last_error TEXT,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX jobs_by_due_time ON jobs (kind, state, run_at);

CREATE UNIQUE INDEX jobs_one_per_key ON jobs (kind, unique_key)
  WHERE unique_key IS NOT NULL AND state <> 'dead';

-- What staff decided about a kind of job.
CREATE TABLE job_kinds (
  kind TEXT NOT NULL PRIMARY KEY,
  paused INTEGER NOT NULL CHECK (paused IN (0, 1))
) STRICT, WITHOUT ROWID;
