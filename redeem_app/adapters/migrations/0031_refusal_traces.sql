-- Refusals by their support number, for 30 days: rule, facts without persons or secrets, and when.
CREATE TABLE refusal_traces (
    number TEXT PRIMARY KEY,
    noted_at BIGINT NOT NULL,
    reason TEXT NOT NULL,
    door TEXT NOT NULL,
    app_id TEXT,
    campaign_id TEXT,
    reward_id TEXT,
    request_id TEXT NOT NULL,
    facts TEXT NOT NULL
);
CREATE INDEX refusal_traces_by_age ON refusal_traces (noted_at);
