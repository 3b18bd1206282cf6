-- A glove as it is known when it sleeps: how it reaches the venue, what it sends, and where it belongs.
CREATE TABLE gloves (
  name TEXT NOT NULL PRIMARY KEY,
  way TEXT CHECK (way = 'mqtt' OR way = 'serial' OR way = 'tcp'),
  wire TEXT,
  hand TEXT CHECK (hand = 'left' OR hand = 'right'),
  glove_class TEXT,
  layout TEXT,
  analog_max INTEGER CHECK (analog_max BETWEEN 1 AND 65535),
  ffb_scale TEXT CHECK (ffb_scale = 'lucidgloves' OR ffb_scale = 'senseshift'),
  device_auto INTEGER CHECK (device_auto BETWEEN 0 AND 1),
  firmware TEXT,
  rate_hz REAL,
  station_id TEXT REFERENCES stations (id),
  created_at INTEGER NOT NULL,
  seen_at INTEGER
) STRICT;
CREATE INDEX gloves_by_station ON gloves (station_id) WHERE station_id IS NOT NULL;

-- What a calibration found: the readings of an open and of a closed hand, per channel, and how good they are.
CREATE TABLE glove_calibrations (
  id TEXT NOT NULL PRIMARY KEY,
  glove TEXT NOT NULL,
  player_id TEXT REFERENCES players (id),
  hand TEXT CHECK (hand = 'left' OR hand = 'right'),
  method TEXT NOT NULL,
  lo TEXT NOT NULL,
  hi TEXT NOT NULL,
  quality TEXT NOT NULL,
  rest TEXT NOT NULL,
  drifted INTEGER NOT NULL CHECK (drifted BETWEEN 0 AND 1),
  drift TEXT,
  checked_at INTEGER,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX glove_calibrations_by_glove ON glove_calibrations (glove, at);
CREATE INDEX glove_calibrations_by_player ON glove_calibrations (player_id, at) WHERE player_id IS NOT NULL;
