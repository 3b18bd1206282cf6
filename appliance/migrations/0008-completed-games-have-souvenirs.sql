-- One souvenir per completed game; its pictures are files in media/, under the hash of their content.
CREATE TABLE souvenirs (
  game_id TEXT NOT NULL PRIMARY KEY REFERENCES games (id),
  state TEXT NOT NULL CHECK (state = 'waiting' OR state = 'ready' OR state = 'failed' OR state = 'expired'),
  print TEXT,
  story TEXT,
  thumbnail TEXT,
  photo TEXT,
  created_at INTEGER NOT NULL,
  rendered_at INTEGER,
  expires_at INTEGER NOT NULL,
  CHECK (state <> 'ready' OR (print IS NOT NULL AND story IS NOT NULL AND thumbnail IS NOT NULL))
) STRICT;
CREATE INDEX souvenirs_by_state ON souvenirs (state, expires_at);
