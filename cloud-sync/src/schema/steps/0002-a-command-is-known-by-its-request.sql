-- What was asked under a key, for as long as the key counts: the body itself is forgotten when there is an answer.
ALTER TABLE sync.command ADD COLUMN fingerprint text;
