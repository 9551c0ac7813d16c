-- Banners in their derived variants; content is base64, since the files are small and both databases have TEXT.
CREATE TABLE pictures (
    name TEXT PRIMARY KEY,
    media_type TEXT NOT NULL,
    width INTEGER NOT NULL,
    content TEXT NOT NULL
);
ALTER TABLE campaigns ADD COLUMN banner TEXT NOT NULL DEFAULT '';
