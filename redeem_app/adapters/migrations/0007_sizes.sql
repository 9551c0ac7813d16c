-- The size that a person chose for a made-to-order item (rule C8).
ALTER TABLE sign_ins ADD COLUMN size TEXT NOT NULL DEFAULT '';
ALTER TABLE visits ADD COLUMN size TEXT NOT NULL DEFAULT '';
ALTER TABLE applications ADD COLUMN size TEXT NOT NULL DEFAULT '';
