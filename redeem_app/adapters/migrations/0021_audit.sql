-- What operators did, each line sealed with the one before it; nothing personal in the clear.
CREATE TABLE audit (
    number BIGINT PRIMARY KEY,
    done_at BIGINT NOT NULL,
    act TEXT NOT NULL,
    subject TEXT NOT NULL,
    facts TEXT NOT NULL,
    seal TEXT NOT NULL
);
