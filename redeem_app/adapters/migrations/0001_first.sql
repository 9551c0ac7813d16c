-- Portable SQL: runs on SQLite and PostgreSQL. Times are milliseconds since 1970 UTC, money is in minor units.
CREATE TABLE developers (
    developer_id TEXT PRIMARY KEY,
    document TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE TABLE apps (
    app_id TEXT PRIMARY KEY,
    developer_id TEXT NOT NULL REFERENCES developers (developer_id),
    document TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE TABLE api_keys (
    key_hash TEXT PRIMARY KEY,
    app_id TEXT NOT NULL REFERENCES apps (app_id),
    created_at BIGINT NOT NULL,
    retired_at BIGINT
);
CREATE TABLE campaigns (
    campaign_id TEXT PRIMARY KEY,
    app_id TEXT NOT NULL REFERENCES apps (app_id),
    state TEXT NOT NULL,
    document TEXT NOT NULL,
    changed_at BIGINT NOT NULL
);
CREATE INDEX campaigns_by_app ON campaigns (app_id);
CREATE TABLE offers (
    offer_id TEXT PRIMARY KEY,
    campaign_id TEXT NOT NULL REFERENCES campaigns (campaign_id),
    group_id TEXT NOT NULL,
    document TEXT NOT NULL,
    is_current INTEGER NOT NULL
);
CREATE INDEX offers_by_campaign ON offers (campaign_id, group_id, is_current);
CREATE TABLE counters (
    name TEXT NOT NULL,
    shard INTEGER NOT NULL,
    ceiling BIGINT NOT NULL,
    used BIGINT NOT NULL CHECK (used >= 0 AND used <= ceiling),
    PRIMARY KEY (name, shard)
);
CREATE TABLE rewards (
    reward_id TEXT PRIMARY KEY,
    campaign_id TEXT NOT NULL REFERENCES campaigns (campaign_id),
    moment_id TEXT NOT NULL,
    offer_id TEXT NOT NULL REFERENCES offers (offer_id),
    customer_key TEXT,
    state TEXT NOT NULL,
    issued_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    charge_amount BIGINT NOT NULL,
    charge_currency TEXT NOT NULL,
    changed_at BIGINT NOT NULL
);
CREATE INDEX rewards_by_customer ON rewards (customer_key) WHERE customer_key IS NOT NULL;
CREATE INDEX rewards_open_by_expiry ON rewards (expires_at) WHERE state = 'issued';
CREATE TABLE links (
    link_id TEXT PRIMARY KEY,
    reward_id TEXT NOT NULL REFERENCES rewards (reward_id),
    made_at BIGINT NOT NULL,
    replaced_at BIGINT
);
CREATE INDEX links_by_reward ON links (reward_id);
CREATE TABLE applications (
    reward_id TEXT PRIMARY KEY REFERENCES rewards (reward_id),
    request_id TEXT NOT NULL UNIQUE,
    account_id TEXT NOT NULL,
    account_key TEXT NOT NULL,
    account_label TEXT NOT NULL,
    item_id TEXT NOT NULL,
    amount BIGINT NOT NULL,
    currency TEXT NOT NULL,
    delivery TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    tried_at BIGINT NOT NULL,
    attempts INTEGER NOT NULL,
    applied_at BIGINT,
    reference TEXT NOT NULL
);
CREATE INDEX applications_unsettled ON applications (tried_at) WHERE applied_at IS NULL;
CREATE INDEX applications_by_account ON applications (account_key);
CREATE TABLE charges (
    reward_id TEXT NOT NULL REFERENCES rewards (reward_id),
    kind TEXT NOT NULL,
    campaign_id TEXT NOT NULL,
    developer_id TEXT NOT NULL,
    month TEXT NOT NULL,
    amount BIGINT NOT NULL,
    currency TEXT NOT NULL,
    charged_at BIGINT NOT NULL,
    PRIMARY KEY (reward_id, kind)
);
CREATE INDEX charges_by_campaign ON charges (campaign_id, month);
CREATE TABLE sign_ins (
    state_hash TEXT PRIMARY KEY,
    visit_hash TEXT NOT NULL,
    link_id TEXT NOT NULL,
    item_id TEXT NOT NULL,
    code_verifier TEXT NOT NULL,
    begun_at BIGINT NOT NULL
);
CREATE TABLE visits (
    visit_hash TEXT NOT NULL,
    reward_id TEXT NOT NULL REFERENCES rewards (reward_id),
    account_id TEXT NOT NULL,
    account_label TEXT NOT NULL,
    item_id TEXT NOT NULL,
    signed_in_at BIGINT NOT NULL,
    PRIMARY KEY (visit_hash, reward_id)
);
CREATE TABLE events (
    app_id TEXT NOT NULL REFERENCES apps (app_id),
    event_id TEXT NOT NULL,
    customer_key TEXT NOT NULL,
    event_type TEXT NOT NULL,
    category TEXT NOT NULL,
    quantity BIGINT NOT NULL,
    occurred_at BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    reverses TEXT,
    PRIMARY KEY (app_id, event_id)
);
CREATE TABLE points (
    app_id TEXT NOT NULL,
    event_id TEXT NOT NULL,
    rule TEXT NOT NULL,
    customer_key TEXT NOT NULL,
    points BIGINT NOT NULL,
    entered_at BIGINT NOT NULL,
    expires_at BIGINT,
    PRIMARY KEY (app_id, event_id, rule)
);
CREATE INDEX points_by_customer ON points (app_id, customer_key);
