-- Hand-overs from an app's view to the system browser; secrets and visits are digests, and nothing outlives a day.
CREATE TABLE hand_overs (
    code_hash TEXT PRIMARY KEY,
    watch_hash TEXT NOT NULL UNIQUE,
    link_id TEXT NOT NULL,
    reward_id TEXT NOT NULL REFERENCES rewards (reward_id),
    item_id TEXT NOT NULL,
    size TEXT NOT NULL,
    number TEXT NOT NULL,
    numbers TEXT NOT NULL,
    begun_at BIGINT NOT NULL,
    browser_hash TEXT NOT NULL,
    confirmed_at BIGINT,
    ending TEXT
);
CREATE INDEX hand_overs_by_age ON hand_overs (begun_at);
CREATE INDEX hand_overs_by_browser ON hand_overs (browser_hash);
