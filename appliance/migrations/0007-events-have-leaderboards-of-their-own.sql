CREATE TABLE event_windows (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  attraction TEXT NOT NULL REFERENCES attractions (id),
  starts_at INTEGER NOT NULL,
  ends_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  CHECK (starts_at < ends_at)
) STRICT;
