-- How loudly a called guest is looked for, and why; NULL for a guest who is not called.
ALTER TABLE games ADD COLUMN rung TEXT
  CHECK (rung = 'text' OR rung = 'board' OR rung = 'tablet' OR rung = 'staff');
ALTER TABLE games ADD COLUMN rung_reason TEXT;
ALTER TABLE games ADD COLUMN rung_at INTEGER;
-- Grows over the whole venue with each call, reminder and rung: what a screen has chimed for, it knows by this.
ALTER TABLE games ADD COLUMN call_number INTEGER;
-- What the guest last said about coming, by text or on their own page.
ALTER TABLE games ADD COLUMN answer TEXT
  CHECK (answer = 'coming' OR answer = 'more_time' OR answer = 'leaving');
ALTER TABLE games ADD COLUMN answered_at INTEGER;
