-- Counts of accounts and rewards that meet in one application (rule R7), taken while nobody else counts the account.
-- A statement of its own would see what was committed before it waited; a function's own statements see what is
-- committed when each of them begins.
CREATE OR REPLACE FUNCTION counts_while_held(
    reward TEXT, account TEXT, customer TEXT, campaign TEXT, moment TEXT,
    OUT accounts BIGINT, OUT of_person BIGINT, OUT of_moment BIGINT
) LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(account, 1));
    SELECT
        (SELECT COUNT(*) FROM tries t WHERE t.reward_id = reward AND t.account_key <> account),
        (SELECT COUNT(DISTINCT p.account_key) FROM applications p JOIN rewards r ON r.reward_id = p.reward_id
            WHERE r.customer_key = customer AND p.account_key <> account),
        (SELECT COUNT(*) FROM applications p JOIN rewards r ON r.reward_id = p.reward_id
            WHERE p.account_key = account AND r.campaign_id = campaign AND r.moment_id = moment
            AND r.reward_id <> reward)
    INTO accounts, of_person, of_moment;
END
$$
