"""Every way in which the service says no: a closed family of facts, without HTTP and without wording."""

from enum import StrEnum


class Reason(StrEnum):
    """The one code of a refusal; it gives the person a page, the app a typed error and the operator a trace."""

    # What a person with a link can meet.
    LINK_INVALID = "link-invalid"
    LINK_REPLACED = "link-replaced"
    REWARD_EXPIRED = "reward-expired"
    REWARD_USED = "reward-used"
    CAMPAIGN_SUSPENDED = "campaign-suspended"
    CAMPAIGN_NOT_STARTED = "campaign-not-started"
    OUT_OF_STOCK = "out-of-stock"
    ALTERNATIVE_NOT_ACCEPTED = "alternative-not-accepted"
    ITEM_NOT_OFFERED = "item-not-offered"
    SIZE_NEEDED = "size-needed"
    COUNTRY_NOT_SERVED = "country-not-served"
    SIGN_IN_REFUSED = "sign-in-refused"
    SIGN_IN_LOST = "sign-in-lost"
    SIGN_IN_NEEDED = "sign-in-needed"
    AMAZON_UNAVAILABLE = "amazon-unavailable"
    DELIVERY_DELAYED = "delivery-delayed"
    ACCOUNT_CANNOT_RECEIVE = "account-cannot-receive"
    TOO_MANY_ACCOUNTS = "too-many-accounts"
    TOO_MANY_REWARDS = "too-many-rewards"
    HAND_OVER_ENDED = "hand-over-ended"
    NUMBER_DIFFERS = "number-differs"
    TEST_MODE = "test-mode"
    TOO_MANY_REQUESTS = "too-many-requests"
    FORM_EXPIRED = "form-expired"
    PAGE_NOT_FOUND = "page-not-found"
    SERVICE_FAULT = "service-fault"

    # What an app can meet.
    BODY_INVALID = "body-invalid"
    APP_UNKNOWN = "app-unknown"
    CAMPAIGN_UNKNOWN = "campaign-unknown"
    MOMENT_UNKNOWN = "moment-unknown"
    GROUP_UNKNOWN = "group-unknown"
    DEVICE_TYPE_UNKNOWN = "device-type-unknown"
    CAMPAIGN_NOT_LIVE = "campaign-not-live"
    CAMPAIGN_FINISHED = "campaign-finished"
    BUDGET_SPENT = "budget-spent"
    CAMPAIGN_MONTH_CAP = "campaign-month-cap"
    ACCOUNT_MONTH_CAP = "account-month-cap"
    REWARD_NOT_DUE = "reward-not-due"
    REWARD_ALREADY_ISSUED = "reward-already-issued"
    REWARD_UNKNOWN = "reward-unknown"
    IDEMPOTENCY_MISMATCH = "idempotency-mismatch"
    IDEMPOTENCY_KEY_INVALID = "idempotency-key-invalid"
    BODY_TOO_LARGE = "body-too-large"
    METHOD_NOT_ALLOWED = "method-not-allowed"
    AD_CALLBACK_NEEDED = "ad-callback-needed"
    AD_KEYS_UNAVAILABLE = "ad-keys-unavailable"
    LIMITS_UNAVAILABLE = "limits-unavailable"
    RECORDS_UNAVAILABLE = "records-unavailable"

    # What an operator can meet.
    MINT_ELSEWHERE = "mint-elsewhere"
    NOT_CANCELLED = "not-cancelled"
    MOVE_NOT_ALLOWED = "move-not-allowed"
    DEVELOPER_COUNTRY_EXCLUDED = "developer-country-excluded"


class Refusal(Exception):
    """A decision against what was asked; nothing has changed.

    `facts` are for the operator's trace and hold no token, code, account or customer id.
    """

    def __init__(self, reason: Reason, **facts: object) -> None:
        super().__init__(str(reason))
        self.reason = reason
        self.facts = facts

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value}" for name, value in self.facts.items())
        return f"{self.reason}: {told}" if told else str(self.reason)
