CREATE TABLE messages (
  id TEXT NOT NULL PRIMARY KEY,
  game_id TEXT NOT NULL REFERENCES games (id),
  player_id TEXT NOT NULL REFERENCES players (id),
  ticket TEXT NOT NULL,
  kind TEXT NOT NULL,
  phone TEXT NOT NULL,
  body TEXT NOT NULL,
  segments INTEGER NOT NULL CHECK (segments > 0),
  state TEXT NOT NULL CHECK (
    state = 'pending' OR state = 'sending' OR state = 'sent' OR state = 'delivered' OR state = 'failed' OR
    state = 'expired' OR state = 'dropped' OR state = 'unknown'
  ),
  reason TEXT,
  provider TEXT,
  created_at INTEGER NOT NULL,
  send_after INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  sent_at INTEGER
) STRICT;
CREATE INDEX messages_by_game ON messages (game_id);
CREATE INDEX messages_by_state ON messages (state, id);
