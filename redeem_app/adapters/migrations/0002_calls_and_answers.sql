-- Calls of this second by key, and what calls with an Idempotency-Key were answered with (without the link's token).
CREATE TABLE recent_calls (
    name TEXT PRIMARY KEY,
    moments TEXT NOT NULL,
    latest BIGINT NOT NULL
);
CREATE TABLE given_answers (
    app_id TEXT NOT NULL,
    key_hash TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    reward_id TEXT NOT NULL REFERENCES rewards (reward_id),
    words TEXT NOT NULL,
    image_url TEXT NOT NULL,
    remaining BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    kept_until BIGINT NOT NULL,
    PRIMARY KEY (app_id, key_hash)
);
CREATE INDEX given_answers_by_end ON given_answers (kept_until);
CREATE INDEX given_answers_by_reward ON given_answers (reward_id);
CREATE UNIQUE INDEX rewards_once_for_each_customer ON rewards (campaign_id, moment_id, customer_key)
    WHERE customer_key IS NOT NULL;
