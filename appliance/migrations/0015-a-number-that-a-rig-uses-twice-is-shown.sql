-- An event under a number that its rig has used for another is kept as a contradiction beside the first.
DROP INDEX rig_events_once;
CREATE UNIQUE INDEX rig_events_once ON rig_events (device, run, seq) WHERE code IS NOT 'seq_used_twice';
CREATE INDEX rig_events_used_twice ON rig_events (device, run, seq) WHERE code = 'seq_used_twice';
