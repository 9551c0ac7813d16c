"""What the API offers, as data: routes are made from it, and so is its description, so that neither lacks anything."""

from typing import Final

from pydantic import BaseModel

from redeem_app.web import ad_callbacks_api, links_api, messages_api, points_api, rewards_api
from redeem_app.web.openapi_forms import EMPTY_LIST, Answer, Operation, Parameter
from redeem_app.web.refusals_api import Gatekeeping, Refused, RewardRefused, Throttled, reward_refusal

_NAMED: Final = "^[^/\\u0000-\\u001f\\u007f]+$"
_RETRY: Final = {"Retry-After": "Seconds to wait."}

_FORBIDDEN: Final = Answer(
    403, "No key, a wrong one, or a caller's address that the app does not allow.", (Gatekeeping,)
)
_REWARD_FORBIDDEN: Final = Answer(
    403, "No key, a wrong one, another app's, or a caller's address that the app does not allow.",
    (Gatekeeping, RewardRefused),
)  # fmt: skip
_THROTTLED: Final = Answer(429, "More than five calls within a second with this key.", (Throttled,), _RETRY)
_TOO_MANY: Final = Answer(
    429, "More calls within a second with this key than the operator allows; 1000 unless set otherwise.", (Throttled,),
    _RETRY,
)  # fmt: skip
_TOO_MANY_CALLBACKS: Final = Answer(429, "More callbacks within a second from this address.", (Throttled,), _RETRY)


UNAVAILABLE: Final = "The service's records, or the count of its calls, can't be reached at the moment; send it again."


def _refusals(shape: type[BaseModel], *more: Answer) -> tuple[Answer, ...]:
    """What any call with a body can be refused with."""
    return (
        Answer(400, "The body is not JSON, lacks a field or has a wrong one; the sentence says which.", (shape,)),
        *more,
        Answer(413, "The body is larger than 65536 bytes.", (shape,)),
        Answer(500, "A fault of ours; nothing was charged.", (shape,)),
        Answer(503, UNAVAILABLE, (shape,), _RETRY),
    )


def _rewards(text: str, *more: Answer) -> tuple[Answer, ...]:
    as_200 = "Where the app is set to it (errors_as_200), refusals come with this status too."
    return (
        Answer(200, f"{text} An empty list: no reward is left. {as_200}",
               (rewards_api.RewardAnswer, EMPTY_LIST, RewardRefused)),
        *_refusals(
            RewardRefused,
            _REWARD_FORBIDDEN,
            Answer(404, "The app has no such campaign, moment or reward group.", (RewardRefused,)),
            Answer(409, "The state of things is against it: not live, over, budget or cap reached, reward already"
                        " issued, moment not due.", (RewardRefused,)),
            *more,
            _THROTTLED,
        ),
    )  # fmt: skip


REWARD_EXAMPLE: Final = {
    "appId": "star-runner",
    "momentId": "bronze",
    "deviceType": "Android",
    "campaignId": "summer-of-stars",
    "rewardGroupId": "US",
}

OPERATIONS: Final = (
    Operation(
        name="get_reward_info",
        method="POST",
        path="/GetRewardInfo",
        also_at=("/prod/GetRewardInfo",),
        tag="Rewards",
        title="Look at a reward",
        description="What GetReward would give: your announcement, and how many rewards are left. Consumes nothing,"
        " charges nothing. With `customerId`, a customer who has the reward already is told so.",
        body=rewards_api.RewardRequest,
        example=REWARD_EXAMPLE,
        answers=_rewards("What would be granted."),
        refuses=reward_refusal,
        is_throttled=True,
    ),
    Operation(
        name="get_reward",
        method="POST",
        path="/GetReward",
        also_at=("/prod/GetReward",),
        tag="Rewards",
        title="Get a reward",
        description="Consumes one reward, charges its cost, and gives the person's link. In test mode (an approved"
        " campaign before its start) every call gives the same test link, and nothing is consumed or charged.",
        body=rewards_api.RewardRequest,
        example=REWARD_EXAMPLE,
        parameters=(
            Parameter(
                "Idempotency-Key",
                "header",
                "Optional: your own name for this request. The same key with the same body gets the same answer, and"
                " nothing is consumed twice; it is kept until the reward expires, 30 days after the campaign's end."
                " Calls that were refused, or found no reward, are not kept.",
                rewards_api.LONGEST_KEY,
                pattern="^[\\u0020-\\u007e]+$",
                example="3b1f6c1e-level-5",
            ),
        ),
        answers=_rewards(
            "The reward.",
            Answer(422, "The Idempotency-Key was used with another body.", (RewardRefused,)),
        ),
        refuses=reward_refusal,
        is_throttled=True,
    ),
    Operation(
        name="make_link",
        method="POST",
        path="/v1/links",
        tag="Rewards",
        title="Replace a lost link",
        description="A fresh link for a reward that was granted before, found by the Idempotency-Key of its GetReward"
        " call, or by the customer it was granted to. The answer is the same whether or not it was redeemed.",
        body=links_api.LinkRequest,
        example={"customerId": "player-81", "campaignId": "summer-of-stars", "momentId": "bronze"},
        answers=(
            Answer(200, "The reward's one link from now on.", (links_api.FreshLink,)),
            *_refusals(Refused, _FORBIDDEN, Answer(404, "No reward is known by that.", (Refused,)), _TOO_MANY),
        ),
    ),
    Operation(
        name="make_message",
        method="POST",
        path="/v1/messages",
        tag="Rewards",
        title="Write the message that carries a link",
        description="Subject, HTML and text with banner, your words, what may be chosen, the link and your terms, in"
        " one of 26 languages, for you to send. The answer is the same whether or not the reward was redeemed.",
        body=messages_api.MessageRequest,
        example={"rewardNotificationUrl": "https://rewards.example/r/caab87b2.CWtX", "language": "de"},
        answers=(
            Answer(200, "The message.", (messages_api.MessageAnswer,)),
            *_refusals(
                Refused, _FORBIDDEN, Answer(404, "The link leads to no reward of the app.", (Refused,)), _TOO_MANY
            ),
        ),
    ),
    Operation(
        name="record_event",
        method="POST",
        path="/v1/events",
        tag="Points",
        title="Report what a person did",
        description="Counts once for each event id, by the earning rules of the app. Answers where the person stands,"
        " with the moments that are due: what to send with GetReward. For moments that the campaign file says are"
        " `issued_when_due`, the reward is issued in the same transaction and is in the answer.",
        body=points_api.EventBody,
        example={
            "eventId": "level-5-of-player-81",
            "customerId": "player-81",
            "type": "game.level",
            "quantity": 1,
            "occurredAt": "2026-03-01T12:00:00Z",
        },
        answers=(
            Answer(200, "Counted now or before.", (points_api.EventCounted,)),
            *_refusals(
                Refused,
                _FORBIDDEN,
                Answer(409, "A watched ad of an app whose ad networks call back themselves.", (Refused,)),
                _TOO_MANY,
            ),
        ),
    ),
    Operation(
        name="ad_callback",
        method="GET",
        path="/v1/ads/{network}/{appId}",
        tag="Points",
        title="An ad network says that an ad was watched",
        description="Give this address to the ad network; its signature is what counts, and no key is needed. For an"
        " app whose campaign file names the network's keys under `ad_keys`. Parameters come in alphabetical order with"
        " the signature at the end: AdMob's server-side verification (ECDSA, `signature` and `key_id`), or a keyed hash"
        " (HMAC-SHA256 in hex, `signature`). A callback counts once, however often it comes, for 24 hours.",
        parameters=(
            Parameter("network", "path", "As the campaign file calls it under `ad_keys`.", 200, _NAMED, "admob"),
            Parameter("appId", "path", "The app.", 200, _NAMED, "star-runner"),
            Parameter("timestamp", "query", "When the ad ended, in milliseconds.", 13, "^[0-9]{13}$", "1772366400000"),
            Parameter(
                "transaction_id", "query", "The network's id of this view.", 128, r"^[A-Za-z0-9_.:-]+$", "18fa79"
            ),
            Parameter("user_id", "query", "Your id of the person.", 200, "", "player-81"),
            Parameter("signature", "query", "Of all that stands before it.", 200, "", "MEUCIQ"),
        ),
        is_signed=True,
        answers=(
            Answer(200, "Counted now or before.", (ad_callbacks_api.AdCounted,)),
            Answer(400, "Forged, unreadable, or older than a day.", (Refused,)),
            Answer(404, "There is no such app.", (Refused,)),
            _TOO_MANY_CALLBACKS,
            Answer(500, "A fault of ours; the network sends it again.", (Refused,)),
            Answer(503, "The network's keys can't be had just now.", (Refused,), _RETRY),
        ),
    ),
    Operation(
        name="standing",
        method="GET",
        path="/v1/customers/{customerId}/points",
        tag="Points",
        title="Where a person stands",
        description="Balance, tiers and due moments. A person nobody has heard of has 0 points.",
        parameters=(Parameter("customerId", "path", "Your id of the person.", 200, _NAMED, "player-81"),),
        answers=(
            Answer(200, "The person's points.", (points_api.Points,)),
            Answer(400, "The id is longer than 200 characters, or has control characters.", (Refused,)),
            _FORBIDDEN,
            _TOO_MANY,
            Answer(500, "A fault of ours.", (Refused,)),
            Answer(503, UNAVAILABLE, (Refused,), _RETRY),
        ),
    ),
)
