-- What the partner last refused for reasons that only an operator can mend; read by the readiness check.
CREATE TABLE partner_troubles (
    problem TEXT PRIMARY KEY,
    detail TEXT NOT NULL,
    seen_at BIGINT NOT NULL
);
