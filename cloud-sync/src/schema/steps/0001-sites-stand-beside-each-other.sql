CREATE SCHEMA sync;
CREATE SCHEMA analysis;

-- What has been done to this database, by whichever release.
CREATE TABLE sync.migration (
  name text COLLATE "C" PRIMARY KEY,
  checksum text NOT NULL,
  applied_at bigint NOT NULL
);

-- Grows whenever the replica learns of a table or a column. One row.
CREATE TABLE sync.catalogue (
  id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  version bigint NOT NULL
);
INSERT INTO sync.catalogue (version) VALUES (0);

-- What the replica knows of the appliance's tables; columns: [{name, type, meaning?, secret?}].
CREATE TABLE sync.replica_table (
  name text COLLATE "C" PRIMARY KEY,
  key text[] NOT NULL,
  columns json NOT NULL
);

CREATE TABLE sync.site (
  site_id text COLLATE "C" PRIMARY KEY,
  name text NOT NULL,
  profile text NOT NULL,
  epoch bigint NOT NULL,
  appliance_id text,
  seq bigint NOT NULL DEFAULT 0,
  tok bigint NOT NULL DEFAULT 0,
  schema_version text,
  state text NOT NULL DEFAULT 'bootstrapping',
  detail text,
  consistent_seq bigint NOT NULL DEFAULT 0,
  commit_at bigint,
  applied_at bigint,
  heartbeat_at bigint,
  pending bigint NOT NULL DEFAULT 0,
  cursor json
);

-- For which site a login role speaks.
CREATE TABLE sync.login (
  role_name text COLLATE "C" PRIMARY KEY,
  site_id text COLLATE "C" NOT NULL UNIQUE
);

CREATE TABLE sync.command (
  id text COLLATE "C" PRIMARY KEY,
  site_id text COLLATE "C" NOT NULL,
  -- The sender's own name for it, so that sending it twice is one command.
  key text COLLATE "C" NOT NULL,
  actor_id text COLLATE "C" NOT NULL,
  actor_name text NOT NULL,
  actor_role text NOT NULL,
  method text NOT NULL,
  path text NOT NULL,
  summary text NOT NULL,
  headers json NOT NULL,
  body bytea NOT NULL,
  expect json,
  created_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  fetched_at bigint,
  attempts integer NOT NULL DEFAULT 0,
  cancel_asked_at bigint,
  -- Why a person has to look at it: its effect was lost with a part of the venue's history.
  review text,
  UNIQUE (site_id, actor_id, key)
);
CREATE INDEX command_by_age ON sync.command (site_id, created_at, id);

-- Rows that this database could not take, as they were sent.
CREATE TABLE sync.quarantine (
  site_id text COLLATE "C" NOT NULL,
  table_name text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  error text NOT NULL,
  row_bytes bytea,
  at bigint NOT NULL,
  PRIMARY KEY (site_id, table_name, key)
);

-- Rows of a history that was given up, and both images of what was repaired.
CREATE TABLE sync.orphan (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  site_id text COLLATE "C" NOT NULL,
  epoch bigint NOT NULL,
  table_name text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  "row" json,
  why text NOT NULL,
  at bigint NOT NULL
);
CREATE INDEX orphan_by_site ON sync.orphan (site_id, at);

CREATE TABLE sync.media (
  site_id text COLLATE "C" NOT NULL,
  file text COLLATE "C" NOT NULL,
  size bigint NOT NULL,
  stored_at bigint NOT NULL,
  place text NOT NULL CHECK (place IN ('postgres', 's3')),
  PRIMARY KEY (site_id, file)
);
CREATE TABLE sync.media_part (
  site_id text COLLATE "C" NOT NULL,
  file text COLLATE "C" NOT NULL,
  part integer NOT NULL,
  bytes bytea NOT NULL,
  PRIMARY KEY (site_id, file, part)
);
-- Pictures are compressed already.
ALTER TABLE sync.media_part ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- Of the replica's own: who is signed in there.
CREATE TABLE sync.session (
  id text COLLATE "C" PRIMARY KEY,
  site_id text COLLATE "C" NOT NULL,
  user_id text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  ended_at bigint
);
CREATE INDEX session_by_user ON sync.session (site_id, user_id);
CREATE TABLE sync.sign_in_failure (
  subject text COLLATE "C" PRIMARY KEY,
  failures bigint NOT NULL,
  first_at bigint NOT NULL
);
