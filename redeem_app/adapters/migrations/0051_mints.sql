-- Links minted many at once: how far each mint came, in the transaction of its rewards. The links follow from its id.
CREATE TABLE mints (
    mint_id TEXT PRIMARY KEY,
    campaign_id TEXT NOT NULL REFERENCES campaigns (campaign_id),
    moment_id TEXT NOT NULL,
    group_id TEXT NOT NULL,
    file TEXT NOT NULL,
    wanted BIGINT NOT NULL,
    made BIGINT NOT NULL CHECK (made >= 0 AND made <= wanted),
    begun_at BIGINT NOT NULL
);
