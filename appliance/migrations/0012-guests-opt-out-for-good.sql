-- What each phone's owner said about texts, in order. The last word counts; rows are only ever added.
CREATE TABLE opt_outs (
  id TEXT NOT NULL PRIMARY KEY,
  phone TEXT NOT NULL,
  opted_out INTEGER NOT NULL CHECK (opted_out IN (0, 1)),
  source TEXT NOT NULL CHECK (source = 'text' OR source = 'carrier' OR source = 'staff'),
  words TEXT,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX opt_outs_by_phone ON opt_outs (phone, id);

ALTER TABLE players ADD COLUMN language TEXT NOT NULL DEFAULT 'en';
CREATE INDEX players_by_phone ON players (phone) WHERE phone IS NOT NULL;
