-- What a daemon may ask of the cloud. Run anew whenever this text has changed.
-- All are SECURITY INVOKER but `my_site`: row-level security holds for what they do, too.

CREATE OR REPLACE FUNCTION sync.now_ms() RETURNS bigint
LANGUAGE sql VOLATILE PARALLEL SAFE
RETURN (extract(epoch FROM clock_timestamp()) * 1000)::bigint;

-- The site that the login of this session speaks for; null for anybody who is not a site.
CREATE OR REPLACE FUNCTION sync.my_site() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL RESTRICTED
SET search_path = ''
AS $$ SELECT site_id FROM sync.login WHERE role_name = session_user $$;

-- The first step of all that a site asks. It holds the tables as they are until the end of the transaction;
-- migrate-cloud takes the same lock alone, so the two meet here and never half-way. Without the second half a site that
-- names another would be told that it is fenced.
CREATE OR REPLACE FUNCTION sync.enter(site text) RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = ''
AS $$
DECLARE
  own text;
BEGIN
  -- Before any table is touched: the two would wait for each other.
  PERFORM pg_advisory_xact_lock_shared(7236837, 1);
  own := sync.my_site();
  IF own IS DISTINCT FROM site AND (own IS NOT NULL OR row_security_active('sync.site')) THEN
    RAISE EXCEPTION 'this login does not speak for site %', site USING ERRCODE = 'insufficient_privilege';
  END IF;
END $$;

-- hello: {name, profile, appliance_id, epoch, schema_version}
CREATE OR REPLACE FUNCTION sync.handshake(site text, hello json) RETURNS json
LANGUAGE plpgsql VOLATILE
SET search_path = ''
AS $$
DECLARE
  place sync.site;
BEGIN
  PERFORM sync.enter(site);
  INSERT INTO sync.site (site_id, name, profile, epoch, appliance_id, schema_version)
  VALUES (site, hello ->> 'name', hello ->> 'profile', (hello ->> 'epoch')::bigint, hello ->> 'appliance_id',
          hello ->> 'schema_version')
  ON CONFLICT (site_id) DO NOTHING;
  -- What a stranger says of itself does not change what is known of the site. Nor is it a sign that the data are of now:
  -- of a venue whose batches fail here, handshakes are all that arrives.
  UPDATE sync.site s
  SET name = hello ->> 'name', profile = hello ->> 'profile', schema_version = hello ->> 'schema_version',
      appliance_id = hello ->> 'appliance_id'
  WHERE s.site_id = site AND s.epoch = (hello ->> 'epoch')::bigint
    AND (s.appliance_id IS NULL OR s.appliance_id = hello ->> 'appliance_id');
  SELECT * INTO STRICT place FROM sync.site s WHERE s.site_id = site;
  RETURN json_build_object(
    'epoch', place.epoch, 'seq', place.seq, 'tok', place.tok, 'appliance_id', place.appliance_id,
    'state', place.state, 'detail', place.detail, 'cursor', place.cursor,
    'consistent_seq', place.consistent_seq, 'now', sync.now_ms(),
    'catalogue', (SELECT c.version FROM sync.catalogue c),
    'tables', (SELECT coalesce(json_agg(json_build_object('name', t.name, 'key', t.key, 'columns', t.columns)
                                        ORDER BY t.name), '[]')
               FROM sync.replica_table t));
END $$;

-- Moves the site from one place of its history to another, if it stands at the first. Whoever does this holds the
-- site's row until the end of the transaction: of two rivals one waits, and is fenced then.
-- header: {epoch, from: {seq, tok}, to: {seq, tok}, complete, commit_at, pending, state, cursor, catalogue?}
CREATE OR REPLACE FUNCTION sync.advance(site text, header json) RETURNS json
LANGUAGE plpgsql VOLATILE
SET search_path = ''
AS $$
DECLARE
  moment bigint;
  place sync.site;
BEGIN
  PERFORM sync.enter(site);
  UPDATE sync.site s
  SET seq = (header #>> '{to,seq}')::bigint,
      tok = (header #>> '{to,tok}')::bigint,
      consistent_seq = CASE WHEN (header ->> 'complete')::boolean
                            THEN (header #>> '{to,seq}')::bigint ELSE s.consistent_seq END,
      commit_at = coalesce((header ->> 'commit_at')::bigint, s.commit_at),
      pending = (header ->> 'pending')::bigint,
      state = header ->> 'state',
      detail = NULL,
      cursor = CASE WHEN json_typeof(header -> 'cursor') = 'object' THEN header -> 'cursor' END,
      applied_at = sync.now_ms(),
      heartbeat_at = sync.now_ms()
  WHERE s.site_id = site AND s.epoch = (header ->> 'epoch')::bigint
    AND s.seq = (header #>> '{from,seq}')::bigint AND s.tok = (header #>> '{from,tok}')::bigint
  RETURNING s.applied_at INTO moment;
  IF NOT FOUND THEN
    SELECT * INTO place FROM sync.site s WHERE s.site_id = site;
    RAISE EXCEPTION 'the cloud stands elsewhere in the history of site %', site
      USING ERRCODE = 'DG001', DETAIL = json_build_object('epoch', place.epoch, 'seq', place.seq, 'tok', place.tok,
                                                          'appliance_id', place.appliance_id)::text;
  END IF;
  IF (header ->> 'catalogue')::bigint <> (SELECT c.version FROM sync.catalogue c) THEN
    RAISE EXCEPTION 'the replica has learnt of tables or columns since the handshake' USING ERRCODE = 'DG002';
  END IF;
  RETURN json_build_object('applied_at', moment);
END $$;

CREATE OR REPLACE FUNCTION sync.known_table(wanted text) RETURNS sync.replica_table
LANGUAGE plpgsql STABLE
SET search_path = ''
AS $$
DECLARE
  known sync.replica_table;
BEGIN
  SELECT * INTO known FROM sync.replica_table t WHERE t.name = wanted;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the replica does not know the table %', wanted USING ERRCODE = 'DG002';
  END IF;
  RETURN known;
END $$;

-- `name type, …` of these columns, for json_to_recordset.
CREATE OR REPLACE FUNCTION sync.column_types(known sync.replica_table, wanted text[]) RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = ''
AS $$
DECLARE
  types text;
  found_columns integer;
BEGIN
  SELECT string_agg(format('%I %s', w.name, c.type), ', ' ORDER BY w.place), count(c.name)
  INTO types, found_columns
  FROM unnest(wanted) WITH ORDINALITY AS w (name, place)
  LEFT JOIN (SELECT name, type FROM json_to_recordset(known.columns) AS r (name text, type text)
             UNION ALL SELECT '_extra', 'json') c ON c.name = w.name;
  IF found_columns <> cardinality(wanted) THEN
    RAISE EXCEPTION 'the replica does not know every column of % among %', known.name, wanted
      USING ERRCODE = 'DG002';
  END IF;
  RETURN types;
END $$;

-- Sets the columns that are named, and no other: a newer one keeps what it has. Putting the statement together and
-- planning it costs more than a few rows do, so it is done once in a session; who else uses that session is of the same
-- site. Its values are literals: EXECUTE takes no parameters.
CREATE OR REPLACE FUNCTION sync.upsert(site text, known sync.replica_table, wanted text[], objects json) RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = ''
AS $$
DECLARE
  prepared text := 'dugout_upsert_' || md5(row(known, wanted)::text);
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_prepared_statements p WHERE p.name = prepared) THEN
    EXECUTE format('PREPARE %I (text, json) AS ', prepared) || sync.upsert_statement(known, wanted);
  END IF;
  EXECUTE format('EXECUTE %I (%L, %L)', prepared, site, objects);
END $$;

-- $1 is the site, $2 the rows as objects.
CREATE OR REPLACE FUNCTION sync.upsert_statement(known sync.replica_table, wanted text[]) RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = ''
AS $$
DECLARE
  names text;
  before text;
  after text;
  changes text;
BEGIN
  SELECT string_agg(format('%I', c), ', '),
         string_agg(format('t.%I', c), ', ') FILTER (WHERE c <> ALL (known.key)),
         string_agg(format('excluded.%I', c), ', ') FILTER (WHERE c <> ALL (known.key)),
         string_agg(format('%1$I = excluded.%1$I', c), ', ') FILTER (WHERE c <> ALL (known.key))
  INTO names, before, after, changes
  FROM unnest(wanted) c;
  RETURN format('INSERT INTO public.%I AS t (site_id, %s) SELECT $1, %s FROM json_to_recordset($2) AS r (%s) ',
                known.name, names, names, sync.column_types(known, wanted))
    || format('ON CONFLICT (site_id, %s) DO ', (SELECT string_agg(format('%I', k), ', ') FROM unnest(known.key) k))
    -- The images are compared, not the values: json has no equality.
    || CASE WHEN changes IS NULL THEN 'NOTHING'
            ELSE format('UPDATE SET %s WHERE ROW(%s)::record *<> ROW(%s)::record', changes, before, after) END;
END $$;

-- A stretch of a table becomes these rows and nothing else. lower_key and upper_key: keys as arrays, or null.
CREATE OR REPLACE FUNCTION sync.replace_range(site text, known sync.replica_table, lower_key json, upper_key json,
                                              wanted text[], objects json) RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = ''
AS $$
DECLARE
  keys text;
  same text;
  lower_bound text;
  upper_bound text;
BEGIN
  SELECT string_agg(format('t.%I', k.name), ', ' ORDER BY k.place),
         string_agg(format('t.%1$I = r.%1$I', k.name), ' AND '),
         string_agg(format('($3 ->> %s)::%s', k.place - 1, c.type), ', ' ORDER BY k.place),
         string_agg(format('($4 ->> %s)::%s', k.place - 1, c.type), ', ' ORDER BY k.place)
  INTO keys, same, lower_bound, upper_bound
  FROM unnest(known.key) WITH ORDINALITY AS k (name, place)
  JOIN json_to_recordset(known.columns) AS c (name text, type text) ON c.name = k.name;
  EXECUTE format('DELETE FROM public.%I t WHERE t.site_id = $1 ', known.name)
    || CASE WHEN lower_key IS NULL THEN '' ELSE format('AND (%s) > (%s) ', keys, lower_bound) END
    || CASE WHEN upper_key IS NULL THEN '' ELSE format('AND (%s) <= (%s) ', keys, upper_bound) END
    || format('AND NOT EXISTS (SELECT FROM json_to_recordset($2) AS r (%s) WHERE %s)',
              sync.column_types(known, known.key), same)
  USING site, objects, lower_key, upper_key;
  PERFORM sync.upsert(site, known, wanted, objects);
END $$;

-- Everything of a batch or nothing. batch: the header of `advance`, and
-- tables: [{table, columns, upserts: [{column: value}], deletes: [{key column: value}]}],
-- ranges: [{table, after, through, columns, rows: [{column: value}]}].
-- Each operator on a json reads all of it: so it is taken apart once, level by level.
CREATE OR REPLACE FUNCTION sync.apply(site text, batch json) RETURNS json
LANGUAGE plpgsql VOLATILE
SET search_path = ''
AS $$
DECLARE
  whole record;
  part record;
  known sync.replica_table;
  answer json;
  results boolean := false;
BEGIN
  SELECT * INTO whole FROM json_to_record(batch) AS b (
    epoch json, "from" json, "to" json, complete json, commit_at json, pending json, state json, cursor json,
    catalogue json, tables json, ranges json);
  answer := sync.advance(site, json_build_object(
    'epoch', whole.epoch, 'from', whole."from", 'to', whole."to", 'complete', whole.complete,
    'commit_at', whole.commit_at, 'pending', whole.pending, 'state', whole.state, 'cursor', whole.cursor,
    'catalogue', whole.catalogue));
  FOR part IN SELECT * FROM json_to_recordset(whole.tables) AS t ("table" text, columns text[], upserts json, deletes json)
  LOOP
    known := sync.known_table(part."table");
    -- Before the upserts: a key may have been deleted and made again.
    IF json_array_length(part.deletes) > 0 THEN
      EXECUTE format('DELETE FROM public.%I t USING json_to_recordset($2) AS r (%s) WHERE t.site_id = $1 AND %s',
                     known.name, sync.column_types(known, known.key),
                     (SELECT string_agg(format('t.%1$I = r.%1$I', k), ' AND ') FROM unnest(known.key) k))
      USING site, part.deletes;
    END IF;
    IF json_array_length(part.upserts) > 0 THEN
      PERFORM sync.upsert(site, known, part.columns, part.upserts);
      results := results OR known.name = 'command_inbox';
    END IF;
  END LOOP;
  FOR part IN SELECT * FROM json_to_recordset(whole.ranges)
                AS r ("table" text, after json, through json, columns text[], "rows" json)
  LOOP
    known := sync.known_table(part."table");
    PERFORM sync.replace_range(site, known, part.after, part.through, part.columns, part."rows");
    results := results OR known.name = 'command_inbox';
  END LOOP;
  -- A notification takes a lock of the whole server at commit: for results alone.
  IF results THEN
    PERFORM pg_notify('dugout_results', site);
  END IF;
  RETURN answer;
END $$;

-- status: {epoch, appliance_id, state, detail, pending}
CREATE OR REPLACE FUNCTION sync.heartbeat(site text, status json) RETURNS json
LANGUAGE plpgsql VOLATILE
SET search_path = ''
AS $$
BEGIN
  PERFORM sync.enter(site);
  -- One that was replaced, or a twin of the venue, does not keep it alive; nor does one that is fenced, whose data are not
  -- those that are here.
  UPDATE sync.site s
  SET heartbeat_at = CASE WHEN status ->> 'state' = 'fenced' THEN s.heartbeat_at ELSE sync.now_ms() END,
      state = coalesce(status ->> 'state', s.state),
      detail = status ->> 'detail',
      pending = coalesce((status ->> 'pending')::bigint, s.pending)
  WHERE s.site_id = site
    AND s.epoch = coalesce((status ->> 'epoch')::bigint, s.epoch)
    AND coalesce(s.appliance_id = status ->> 'appliance_id', true);
  RETURN json_build_object('now', sync.now_ms(), 'taken', FOUND);
END $$;

-- What waits for the venue, oldest first. A command is given out until its result is here: a venue that died with it
-- asks again. but_for: those that it has in hand, or has answered already.
CREATE OR REPLACE FUNCTION sync.fetch_commands(site text, at_most integer, but_for text[] DEFAULT '{}')
RETURNS TABLE (id text, key text, actor_id text, actor_name text, actor_role text, method text, path text,
               headers json, body bytea, expect json, created_at bigint, expires_at bigint, expires_in_ms bigint,
               cancelled boolean, attempts integer)
LANGUAGE plpgsql VOLATILE
SET search_path = ''
AS $$
BEGIN
  PERFORM sync.enter(site);
  RETURN QUERY
  WITH given AS (
    UPDATE sync.command c SET fetched_at = coalesce(c.fetched_at, sync.now_ms())
    WHERE c.site_id = site AND c.id IN (
      SELECT s.id FROM sync.command_state s
      WHERE s.site_id = site AND s.open AND s.id <> ALL (but_for) ORDER BY s.created_at, s.id LIMIT at_most)
    RETURNING c.*
  )
  SELECT g.id, g.key, g.actor_id, g.actor_name, g.actor_role, g.method, g.path, g.headers, g.body, g.expect,
         g.created_at, g.expires_at, g.expires_at - sync.now_ms(), g.cancel_asked_at IS NOT NULL, g.attempts
  FROM given g ORDER BY g.created_at, g.id;
END $$;

-- Whose guest has this code, whichever site it is: all that a guest's address says. The newest game first.
CREATE OR REPLACE FUNCTION sync.sites_of_code(wanted text) RETURNS TABLE (site_id text)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = ''
AS $$
BEGIN
  RETURN QUERY
  SELECT s.site_id FROM sync.site s
  CROSS JOIN LATERAL (SELECT g.created_at FROM public.games g WHERE g.site_id = s.site_id AND g.code = wanted) g
  ORDER BY g.created_at DESC;
END $$;
