"""Applications: what is written when one begins and when it ends, all together or nothing, and how it is found."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from redeem_app.domain.abuse import Thresholds
from redeem_app.domain.campaign_states import CampaignState
from redeem_app.domain.ids import AccountId, LinkId, RewardId
from redeem_app.domain.reward import Application, Reward

if TYPE_CHECKING:
    from redeem_app.domain.stored import LinkedReward, SignedIn


@dataclass(frozen=True, slots=True)
class Pressed:
    """All that counts when somebody who signed in presses the button, read at once."""

    link: "LinkedReward"
    signed_in: "SignedIn"
    generation: int
    """Of the request id to ask by."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """An application, with all that it was decided on and that must still be so when it is written."""

    application: Application
    reward: Reward
    """Issued, and applied to nobody."""
    link_id: LinkId
    """Not replaced."""
    campaign_state: CampaignState
    """As it is stored."""
    generation: int
    stock: str
    """Name of the counter that one piece is taken from."""
    at_most: Thresholds


@dataclass(frozen=True, slots=True)
class Settlement:
    """What the partner applied."""

    reward_id: RewardId
    reference: str
    """The partner's."""
    at: datetime


class ApplicationRecords(Protocol):
    """The application of each reward that was applied or is about to be."""

    def pressed(self, link_id: LinkId, visit_hash: str) -> Pressed | None:
        """None where there is no such link, or nobody signed in for its reward during the visit."""
        ...

    def begin(self, application: Application) -> None: ...
    def drop(self, reward_id: RewardId) -> None:
        """Of an application that was not settled."""
        ...

    def note_attempt(self, reward_id: RewardId, seen_tried_at: datetime, now: datetime) -> bool:
        """Take the next attempt for ourselves; False when another took it since `seen_tried_at`."""
        ...

    def change_request_id(self, reward_id: RewardId, request_id: str) -> None:
        """Of a settled application: what it is asked about by from now on."""
        ...

    def unsettled(self, tried_before: datetime, limit: int) -> "tuple[LinkedReward, ...]": ...
    def forget_account(self, account_id: AccountId) -> int:
        """Erase the account's id and label from settled applications."""
        ...

    def forget_accounts_of_past(self, now: datetime) -> int:
        """Erase ids and labels from settled applications of rewards whose date has passed."""
        ...

    def open_of(self, account_id: AccountId) -> int:
        """How many of the account are not settled."""
        ...
