"""What the domain asks of the outside world, as protocols that adapters and test fakes satisfy."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from redeem_app.domain.ids import AccountId, CampaignId, LinkId
from redeem_app.domain.money import Money


class Clock(Protocol):
    """Tells the time; a tester can move it."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""


@dataclass(frozen=True, slots=True)
class Account:
    """The Amazon account that signed in: its id, and a masked label that a person recognises (`a•••@example.com`)."""

    id: AccountId = field(repr=False)
    label: str


class SignInProblem(StrEnum):
    """Why a sign-in did not end with an account."""

    REFUSED = "refused"
    """The person said no, or closed the page at Amazon."""
    LOST = "lost"
    """The answer does not belong to a sign-in that is under way, or came too late; begin again."""
    UNAVAILABLE = "unavailable"
    """Amazon did not answer, or answered with a passing fault; later may do."""
    MISCONFIGURED = "misconfigured"
    """Amazon rejects our client id, secret, scope or return address; an operator must act."""


class SignInFailed(Exception):
    """A sign-in that did not end with an account; `detail` is for the log and holds no secret."""

    def __init__(self, problem: SignInProblem, detail: str) -> None:
        super().__init__(f"{problem}: {detail}")
        self.problem = problem
        self.detail = detail


class AmazonSignIn(Protocol):
    """Login with Amazon, authorization-code flow with PKCE S256."""

    def address(self, *, state: str, code_verifier: str, language: str | None = None) -> str:
        """The URL to send the browser to; the challenge is derived from `code_verifier` (43 to 128 characters)."""

    def account(self, *, code: str, code_verifier: str) -> Account:
        """Exchange the authorization code and read the profile; keeps no token. Raises SignInFailed."""

    def problem_of(self, error: str, description: str) -> SignInProblem:
        """What an `error` parameter on the return address means."""


@dataclass(frozen=True, slots=True)
class DeliveryRequest:
    """One application of one reward's value to one account.

    `request_id` is what the partner deduplicates on: the same id is sent on every retry of the same application.
    """

    request_id: str
    account_id: AccountId = field(repr=False)
    value: Money


@dataclass(frozen=True, slots=True)
class Delivered:
    """What the partner did: its own reference, and the claim code where delivery is by claim code (never stored)."""

    reference: str
    claim_code: str | None = field(default=None, repr=False)


class DeliveryProblem(StrEnum):
    """Why the partner did not, or not yet, deliver."""

    TEMPORARY = "temporary"
    """Time-out, cut connection, RESEND, F400, F100, F500 or 5xx: whether it was applied is not known."""
    THROTTLED = "throttled"
    """More calls than the partner allows; nothing was applied."""
    FUNDS_LOW = "funds-low"
    """The partner account's funds do not suffice; nothing was applied. An operator must act."""
    PARTNER_BLOCKED = "partner-blocked"
    """Our partner account or keys are refused; nothing was applied. An operator must act."""
    ACCOUNT_REFUSED = "account-refused"
    """The person's account can't take the credit; nothing was applied."""
    INVALID = "invalid"
    """The partner found the request itself wrong; nothing was applied. An operator must act."""
    CANCELLED = "cancelled"
    """What was applied under this request id was taken back by hand; the id is used up. An operator must act."""


class DeliveryFailed(Exception):
    """A delivery that has not succeeded; `settled` says that the partner surely applied nothing."""

    def __init__(self, problem: DeliveryProblem, *, settled: bool, detail: str) -> None:
        super().__init__(f"{problem}: {detail}")
        self.problem = problem
        self.settled = settled
        self.detail = detail


class GiftDelivery(Protocol):
    """Credits a value to an Amazon account, by load balance or by claim code."""

    name: str
    """`load-balance` or `claim-code`."""

    def deliver(self, request: DeliveryRequest) -> Delivered:
        """Apply, or with a known `request_id` hear again what was applied. Raises DeliveryFailed."""


class LinkSigner(Protocol):
    """Signs what a link carries; a token of one purpose is never valid as another."""

    def token(self, link_id: LinkId) -> str:
        """The same token for the same link while the signing key stays."""

    def test_token(self, campaign_id: CampaignId) -> str:
        """The one token of a campaign in test mode (rule C1)."""

    def read(self, token: str) -> LinkId | CampaignId:
        """What the token carries; a CampaignId for a test token. Raises Refusal(LINK_INVALID)."""

    def is_test(self, token: str) -> bool:
        """Whether the token is one of test mode, by its form alone."""


class KeyedHash(Protocol):
    """Hashes with a key of the service, so that ids can be compared and never read back."""

    def of(self, purpose: str, *parts: str) -> str:
        """Hexadecimal; equal for equal purpose and parts only."""


class Meter(Protocol):
    """Counts what happens, for operators; no label names a person, an account or a token."""

    def opened(self) -> None:
        """A reward's page was shown."""

    def refused(self, reason: str, whom: str) -> None:
        """Somebody was refused; `whom` is `person` or `app`."""

    def settled(self, outcome: str) -> None:
        """An application came to an outcome: `applied`, `unknown` or `refused`."""

    def partner_answered(self, call: str, outcome: str, seconds: float) -> None:
        """Amazon was asked; `outcome` is `ok` or the problem."""
