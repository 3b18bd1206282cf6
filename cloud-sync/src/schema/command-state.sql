-- The status follows from the venue's own row of the command, which arrives with what the command did.
DROP VIEW IF EXISTS sync.command_state;
CREATE VIEW sync.command_state WITH (security_invoker = true) AS
SELECT c.id, c.site_id, c.key, c.actor_id, c.actor_name, c.actor_role, c.method, c.path, c.summary, c.headers, c.body,
       c.expect, c.created_at, c.expires_at, c.fetched_at, c.attempts, c.cancel_asked_at, c.review,
       CASE
         WHEN i.command_id IS NOT NULL THEN i.status
         WHEN c.review IS NOT NULL THEN 'needs_review'
         WHEN c.fetched_at IS NOT NULL THEN 'sent'
         -- Nobody has heard of it: nobody has to agree.
         WHEN c.cancel_asked_at IS NOT NULL THEN 'cancelled'
         WHEN c.expires_at <= sync.now_ms() THEN 'expired'
         ELSE 'queued'
       END AS status,
       i.command_id IS NULL AND c.review IS NULL AND (c.fetched_at IS NOT NULL OR c.cancel_asked_at IS NULL) AS open,
       i.code, i.answer, i.executed_at
FROM sync.command c
LEFT JOIN public.command_inbox i ON i.site_id = c.site_id AND i.command_id = c.id;

-- What was sent can hold a password, and is of no use to anybody once the venue has answered.
CREATE OR REPLACE FUNCTION sync.command_answered() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = ''
AS $$
BEGIN
  UPDATE sync.command c SET body = ''
  WHERE c.site_id = NEW.site_id AND c.id = NEW.command_id AND c.body <> '';
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER command_answered AFTER INSERT ON public.command_inbox
FOR EACH ROW EXECUTE FUNCTION sync.command_answered();

-- A command must not be open again because its answer has gone: it would be done twice. When the venue's history went
-- back, a person has to look at it; when the venue has forgotten an old one, so does the cloud. At the end of the
-- transaction, since a row may be written anew in it.
CREATE OR REPLACE FUNCTION sync.command_unanswered() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
  days_29 CONSTANT bigint := 29 * 86400000::bigint;
BEGIN
  IF EXISTS (SELECT FROM public.command_inbox i WHERE i.site_id = OLD.site_id AND i.command_id = OLD.command_id) THEN
    RETURN NULL;
  END IF;
  IF OLD.executed_at < sync.now_ms() - days_29 THEN
    DELETE FROM sync.command c WHERE c.site_id = OLD.site_id AND c.id = OLD.command_id AND c.review IS NULL;
  ELSE
    UPDATE sync.command c SET review = format('the venue had answered “%s”, and its history went back', OLD.status)
    WHERE c.site_id = OLD.site_id AND c.id = OLD.command_id;
  END IF;
  RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS command_unanswered ON public.command_inbox;
CREATE CONSTRAINT TRIGGER command_unanswered AFTER DELETE ON public.command_inbox
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION sync.command_unanswered();
