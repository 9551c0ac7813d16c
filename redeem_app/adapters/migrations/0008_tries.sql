-- Which accounts signed in for a reward, by keyed hash (rule R7).
CREATE TABLE tries (
    reward_id TEXT NOT NULL REFERENCES rewards (reward_id),
    account_key TEXT NOT NULL,
    tried_at BIGINT NOT NULL,
    PRIMARY KEY (reward_id, account_key)
);
