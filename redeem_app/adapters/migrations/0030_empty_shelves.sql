-- Items that an operator or a campaign file has none of: what somebody who is not signed in may know of the stock.
CREATE TABLE empty_shelves (
    campaign_id TEXT NOT NULL,
    group_id TEXT NOT NULL,
    item_id TEXT NOT NULL,
    PRIMARY KEY (campaign_id, group_id, item_id)
);
