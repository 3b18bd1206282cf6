-- Who may do what. Run anew whenever this text has changed. Groups that nobody signs in as.
DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['dugout_site', 'dugout_replica', 'dugout_analyst'] LOOP
    IF to_regrole(name) IS NULL THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOLOGIN', name);
      -- Roles belong to the server: another database of it may be set up at this moment.
      EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
      END;
    END IF;
  END LOOP;
END $$;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
REVOKE ALL ON SCHEMA sync FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA sync FROM PUBLIC;
GRANT USAGE ON SCHEMA public, sync TO dugout_site, dugout_replica;
GRANT USAGE ON SCHEMA analysis TO dugout_analyst;

-- A site: its own rows, through whatever it is asked.
GRANT SELECT ON sync.catalogue, sync.replica_table TO dugout_site;
GRANT SELECT, INSERT, UPDATE ON sync.site TO dugout_site;
GRANT SELECT, INSERT, UPDATE, DELETE ON sync.quarantine, sync.orphan, sync.media, sync.media_part TO dugout_site;
GRANT SELECT, UPDATE (fetched_at, attempts, review) ON sync.command TO dugout_site;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA sync TO dugout_site;
-- It looks into every site.
REVOKE EXECUTE ON FUNCTION sync.sites_of_code(text) FROM dugout_site;

-- The replica: reads the site that it says it serves; writes what is asked of a venue, and who is signed in.
GRANT SELECT ON sync.catalogue, sync.replica_table, sync.site, sync.media, sync.media_part TO dugout_replica;
GRANT SELECT, INSERT, UPDATE (cancel_asked_at, body) ON sync.command TO dugout_replica;
GRANT SELECT, INSERT, UPDATE, DELETE ON sync.session, sync.sign_in_failure TO dugout_replica;
GRANT EXECUTE ON FUNCTION sync.now_ms(), sync.sites_of_code(text) TO dugout_replica;

-- COPY goes through temporary tables.
DO $$ BEGIN EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO dugout_site', current_database()); END $$;

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['site', 'command', 'quarantine', 'orphan', 'media', 'media_part'] LOOP
    EXECUTE format('ALTER TABLE sync.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('DROP POLICY IF EXISTS of_the_site ON sync.%I', name);
    EXECUTE format('CREATE POLICY of_the_site ON sync.%I TO dugout_site USING (site_id = (SELECT sync.my_site()))', name);
  END LOOP;
  FOREACH name IN ARRAY ARRAY['command', 'media', 'media_part', 'session'] LOOP
    EXECUTE format('ALTER TABLE sync.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('DROP POLICY IF EXISTS of_the_replica ON sync.%I', name);
    EXECUTE format('CREATE POLICY of_the_replica ON sync.%I TO dugout_replica '
                   'USING (site_id = (SELECT current_setting(''dugout.site'', true)))', name);
  END LOOP;
END $$;

-- The tables of the venues.
DO $$
DECLARE
  name text;
BEGIN
  FOR name IN SELECT t.name FROM sync.replica_table t LOOP
    EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON public.%I TO dugout_site', name);
    EXECUTE format('GRANT SELECT ON public.%I TO dugout_replica', name);
    EXECUTE format('DROP POLICY IF EXISTS of_the_site ON public.%I', name);
    EXECUTE format('CREATE POLICY of_the_site ON public.%I TO dugout_site USING (site_id = (SELECT sync.my_site()))', name);
    EXECUTE format('DROP POLICY IF EXISTS of_the_replica ON public.%I', name);
    EXECUTE format('CREATE POLICY of_the_replica ON public.%I FOR SELECT TO dugout_replica '
                   'USING (site_id = (SELECT current_setting(''dugout.site'', true)))', name);
  END LOOP;
  GRANT SELECT ON ALL TABLES IN SCHEMA analysis TO dugout_analyst;
  IF to_regclass('sync.command_state') IS NOT NULL THEN
    GRANT SELECT ON sync.command_state TO dugout_site, dugout_replica;
  END IF;
END $$;

-- The list of sites is for whoever asks the replica.
DROP POLICY IF EXISTS of_the_replica ON sync.site;
CREATE POLICY of_the_replica ON sync.site FOR SELECT TO dugout_replica USING (true);

ALTER TABLE sync.login ENABLE ROW LEVEL SECURITY;
