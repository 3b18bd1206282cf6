-- The status follows from the venue's own row of the command, which arrives with what the command did.
CREATE OR REPLACE VIEW sync.command_state WITH (security_invoker = true) AS
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
