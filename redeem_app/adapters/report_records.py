"""What reports and books count; each is one statement, and so one snapshot of the database."""

from collections.abc import Mapping

from redeem_app.adapters.database import Connection
from redeem_app.domain.charges import ChargeKind
from redeem_app.domain.ids import CampaignId
from redeem_app.domain.tallies import MonthSum, Tallies

_TALLIES = """
SELECT 'issued', campaign_id, '', COUNT(*) FROM charges WHERE kind IN ('issue', 'reserve') GROUP BY campaign_id
UNION ALL
SELECT 'redeemed', r.campaign_id, '', COUNT(*) FROM applications p JOIN rewards r ON r.reward_id = p.reward_id
  WHERE p.applied_at IS NOT NULL GROUP BY r.campaign_id
UNION ALL
SELECT 'states', campaign_id, state, COUNT(*) FROM rewards GROUP BY campaign_id, state
UNION ALL
SELECT 'ledger', campaign_id, kind, SUM(amount) FROM charges GROUP BY campaign_id, kind
UNION ALL
SELECT 'reserved open', r.campaign_id, '', SUM(c.amount) FROM charges c JOIN rewards r ON r.reward_id = c.reward_id
  WHERE c.kind = 'reserve' AND r.state IN ('issued', 'applying', 'unknown') GROUP BY r.campaign_id
UNION ALL
SELECT 'taken', 'budget/' || campaign_id, '', SUM(CASE kind WHEN 'release' THEN -amount ELSE amount END) FROM charges
  WHERE kind IN ('issue', 'reserve', 'release') GROUP BY campaign_id
UNION ALL
SELECT 'taken', 'month/' || campaign_id || '/' || month, '', SUM(amount) FROM charges
  WHERE kind IN ('issue', 'reserve') GROUP BY campaign_id, month
UNION ALL
SELECT 'taken', 'account/' || developer_id || '/' || month, '', SUM(amount) FROM charges
  WHERE kind IN ('issue', 'reserve') GROUP BY developer_id, month
UNION ALL
SELECT 'taken', 'pool/' || o.campaign_id || '/' || o.group_id, '', COUNT(*)
  FROM rewards r JOIN offers o ON o.offer_id = r.offer_id
  WHERE r.state <> 'expired' GROUP BY o.campaign_id, o.group_id
UNION ALL
SELECT 'taken', 'item/' || o.campaign_id || '/' || o.group_id || '/' || p.item_id, '', COUNT(*)
  FROM applications p JOIN rewards r ON r.reward_id = p.reward_id JOIN offers o ON o.offer_id = r.offer_id
  GROUP BY o.campaign_id, o.group_id, p.item_id
UNION ALL
SELECT 'counters', name, '', SUM(used) FROM counters GROUP BY name
"""


class StoredReports:
    """ReportRecords on the database."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def tallies(self) -> Tallies:
        told: dict[str, dict[tuple[str, str], int]] = {}
        for what, name, kind, number in self._db.rows(_TALLIES):
            told.setdefault(str(what), {})[str(name), str(kind)] = int(number)
        return Tallies(
            issued=_by_campaign(told.get("issued", {})),
            redeemed=_by_campaign(told.get("redeemed", {})),
            states={(CampaignId(name), state): n for (name, state), n in told.get("states", {}).items()},
            ledger={(CampaignId(name), kind): n for (name, kind), n in told.get("ledger", {}).items()},
            reserved_open=_by_campaign(told.get("reserved open", {})),
            taken={name: n for (name, _), n in told.get("taken", {}).items()},
            counters={name: n for (name, _), n in told.get("counters", {}).items()},
        )

    def month_sums(self) -> tuple[MonthSum, ...]:
        rows = self._db.rows(
            "SELECT campaign_id, month, kind, COUNT(*), SUM(amount) FROM charges GROUP BY campaign_id, month, kind"
        )
        return tuple(
            MonthSum(CampaignId(campaign_id), month, ChargeKind(kind), int(rewards), int(amount))
            for campaign_id, month, kind, rewards, amount in rows
        )


def _by_campaign(numbers: Mapping[tuple[str, str], int]) -> dict[CampaignId, int]:
    return {CampaignId(name): number for (name, _), number in numbers.items()}
