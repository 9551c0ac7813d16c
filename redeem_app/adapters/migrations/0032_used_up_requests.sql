-- Request ids under which the partner took back what it had applied; renewed_at: an operator had the next one follow.
CREATE TABLE used_up_requests (
    reward_id TEXT NOT NULL REFERENCES rewards (reward_id),
    generation BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    renewed_at BIGINT,
    PRIMARY KEY (reward_id, generation)
);
