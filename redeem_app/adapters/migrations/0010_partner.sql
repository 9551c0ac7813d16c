-- Whose account at the partner an application was begun with; it is only ever settled through that one.
ALTER TABLE applications ADD COLUMN partner TEXT NOT NULL DEFAULT '';
