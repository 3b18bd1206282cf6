-- What a copy of the data needs to read it as the venue does. The appliance writes these at every start.
ALTER TABLE site ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE site ADD COLUMN timezone TEXT NOT NULL DEFAULT 'UTC';
ALTER TABLE site ADD COLUMN day_starts_at INTEGER NOT NULL DEFAULT 4;
