"""The states of a campaign, and the moves between them (rule C1)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from redeem_app.domain.refusals import Reason, Refusal


class CampaignState(StrEnum):
    """Where a campaign stands in its life cycle (rule C1)."""

    DRAFT = "draft"
    PENDING_APPROVAL = "pending-approval"
    APPROVED = "approved"
    LIVE = "live"
    FINISHED = "finished"
    REJECTED = "rejected"
    SUSPENDED = "suspended"


class CampaignMove(StrEnum):
    """What can be done to a campaign by hand; dates move it by themselves too."""

    SUBMIT = "submit"
    APPROVE = "approve"
    REJECT = "reject"
    REVISE = "revise"
    GO_LIVE = "go-live"
    SUSPEND = "suspend"
    RESUME = "resume"
    FINISH = "finish"


MOVES: Final[Mapping[tuple[CampaignState, CampaignMove], CampaignState]] = {
    (CampaignState.DRAFT, CampaignMove.SUBMIT): CampaignState.PENDING_APPROVAL,
    (CampaignState.PENDING_APPROVAL, CampaignMove.APPROVE): CampaignState.APPROVED,
    (CampaignState.PENDING_APPROVAL, CampaignMove.REJECT): CampaignState.REJECTED,
    (CampaignState.REJECTED, CampaignMove.REVISE): CampaignState.DRAFT,
    (CampaignState.APPROVED, CampaignMove.GO_LIVE): CampaignState.LIVE,
    (CampaignState.APPROVED, CampaignMove.SUSPEND): CampaignState.SUSPENDED,
    (CampaignState.LIVE, CampaignMove.SUSPEND): CampaignState.SUSPENDED,
    (CampaignState.LIVE, CampaignMove.FINISH): CampaignState.FINISHED,
    (CampaignState.SUSPENDED, CampaignMove.RESUME): CampaignState.APPROVED,
    (CampaignState.SUSPENDED, CampaignMove.FINISH): CampaignState.FINISHED,
}
"""Every allowed move by hand; whatever is not here is refused. Finished campaigns are not reopened.

A resumed campaign is live again by its dates; a suspended one that is finished lets issued rewards be redeemed.
"""


def moved(state: CampaignState, move: CampaignMove) -> CampaignState:
    """The state after `move`. Raises Refusal(MOVE_NOT_ALLOWED) that names the moves which are legal."""
    after = MOVES.get((state, move))
    if after is None:
        legal = sorted(str(m) for s, m in MOVES if s is state)
        raise Refusal(Reason.MOVE_NOT_ALLOWED, state=state, move=move, legal=", ".join(legal) or "none")
    return after
