-- Every text that came in. A carrier may bring one more than once: it is taken once.
CREATE TABLE incoming_texts (
  id TEXT NOT NULL PRIMARY KEY,
  carrier TEXT NOT NULL,
  reference TEXT NOT NULL,
  phone TEXT NOT NULL,
  body TEXT NOT NULL,
  meaning TEXT NOT NULL,
  outcome TEXT NOT NULL,
  reason TEXT,
  answered_with TEXT,
  game_id TEXT REFERENCES games (id),
  received_at INTEGER NOT NULL,
  handled_at INTEGER,
  handled_by TEXT,
  UNIQUE (carrier, reference)
) STRICT;
CREATE INDEX incoming_texts_by_phone ON incoming_texts (phone, id);
CREATE INDEX incoming_texts_by_game ON incoming_texts (game_id);
CREATE INDEX incoming_texts_for_staff ON incoming_texts (id) WHERE outcome = 'to_staff' AND handled_at IS NULL;
