-- How much a busy visitor asked for within the minute under way, by keyed hash, where processes count together.
CREATE TABLE page_counts (
    name TEXT PRIMARY KEY,
    total BIGINT NOT NULL,
    ends_at BIGINT NOT NULL
);
CREATE INDEX page_counts_by_end ON page_counts (ends_at);
