CREATE TABLE devices (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  user_id TEXT NOT NULL REFERENCES users (id),
  created_at INTEGER NOT NULL,
  revoked_at INTEGER
) STRICT;

CREATE TABLE device_presence (
  device TEXT NOT NULL PRIMARY KEY,
  presence TEXT NOT NULL CHECK (
    presence = 'online' OR presence = 'idle' OR presence = 'busy' OR presence = 'offline' OR presence = 'unknown'
  ),
  at INTEGER NOT NULL,
  firmware TEXT,
  battery REAL CHECK (battery BETWEEN 0 AND 1)
) STRICT;
