-- A text may be about no game, waits in this table for its moment and a carrier, and remembers who had it.
CREATE TABLE messages_with_carriers (
  id TEXT NOT NULL PRIMARY KEY,
  game_id TEXT REFERENCES games (id),
  player_id TEXT NOT NULL REFERENCES players (id),
  ticket TEXT,
  kind TEXT NOT NULL,
  language TEXT NOT NULL,
  priority INTEGER NOT NULL,
  phone TEXT NOT NULL,
  body TEXT NOT NULL,
  segments INTEGER NOT NULL CHECK (segments > 0),
  state TEXT NOT NULL CHECK (
    state = 'pending' OR state = 'sending' OR state = 'sent' OR state = 'delivered' OR state = 'failed' OR
    state = 'expired' OR state = 'dropped' OR state = 'unknown'
  ),
  reason TEXT,
  carrier TEXT,
  attempts INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  send_after INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  next_attempt_at INTEGER,
  sent_at INTEGER,
  delivered_at INTEGER,
  CHECK (state <> 'pending' OR next_attempt_at IS NOT NULL)
) STRICT;
INSERT INTO messages_with_carriers
SELECT
  id, game_id, player_id, ticket, kind, 'en', CASE kind WHEN 'recall' THEN 0 ELSE 1 END, phone, body, segments, state,
  reason, provider, CASE WHEN provider IS NULL THEN 0 ELSE 1 END, created_at, send_after, expires_at,
  CASE state WHEN 'pending' THEN send_after END, sent_at, NULL
FROM messages;
DROP TABLE messages;
ALTER TABLE messages_with_carriers RENAME TO messages;
CREATE INDEX messages_by_game ON messages (game_id);
CREATE INDEX messages_by_state ON messages (state, id);
CREATE INDEX messages_waiting ON messages (priority, expires_at, id) WHERE state = 'pending';
CREATE INDEX messages_planned ON messages (next_attempt_at) WHERE next_attempt_at IS NOT NULL;

-- The work that these rows are used to be a job each.
DELETE FROM jobs WHERE kind = 'message.send';
DELETE FROM job_kinds WHERE kind = 'message.send';

-- Every time a text was given to a carrier, written down before the carrier was called.
CREATE TABLE handovers (
  id TEXT NOT NULL PRIMARY KEY,
  message_id TEXT NOT NULL REFERENCES messages (id),
  carrier TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state = 'begun' OR state = 'taken' OR state = 'refused' OR state = 'unknown'),
  reason TEXT,
  reference TEXT,
  look_ups INTEGER NOT NULL,
  begun_at INTEGER NOT NULL,
  ended_at INTEGER,
  retry_at INTEGER
) STRICT;
CREATE INDEX handovers_by_message ON handovers (message_id, id);
CREATE INDEX handovers_by_reference ON handovers (carrier, reference) WHERE reference IS NOT NULL;
CREATE INDEX handovers_by_carrier ON handovers (carrier, begun_at);
CREATE INDEX handovers_open ON handovers (id) WHERE state = 'begun';

-- What a carrier told of a text before it was known under which reference it has it.
CREATE TABLE early_reports (
  id TEXT NOT NULL PRIMARY KEY,
  carrier TEXT NOT NULL,
  reference TEXT NOT NULL,
  phone TEXT,
  state TEXT NOT NULL CHECK (state = 'sent' OR state = 'delivered' OR state = 'failed'),
  reason TEXT,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX early_reports_by_reference ON early_reports (carrier, reference);

-- Guests who joined far back, and are told once when they are close.
CREATE TABLE close_watches (
  game_id TEXT NOT NULL PRIMARY KEY REFERENCES games (id)
) STRICT;
