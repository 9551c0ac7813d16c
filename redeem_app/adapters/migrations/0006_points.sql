-- When the event of an entry happened, for daily caps; and reversals looked up by the event they take back.
ALTER TABLE points ADD COLUMN occurred_at BIGINT;
CREATE INDEX events_by_reversed ON events (app_id, reverses) WHERE reverses IS NOT NULL;
