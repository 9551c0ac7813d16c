import flask
import pytest

from redeem_app.domain.refusals import Reason
from redeem_app.web.wording import WORDINGS

FOR_APPS_AND_OPERATORS = {
    Reason.BODY_INVALID,
    Reason.APP_UNKNOWN,
    Reason.CAMPAIGN_UNKNOWN,
    Reason.MOMENT_UNKNOWN,
    Reason.GROUP_UNKNOWN,
    Reason.DEVICE_TYPE_UNKNOWN,
    Reason.CAMPAIGN_NOT_LIVE,
    Reason.CAMPAIGN_FINISHED,
    Reason.BUDGET_SPENT,
    Reason.CAMPAIGN_MONTH_CAP,
    Reason.ACCOUNT_MONTH_CAP,
    Reason.REWARD_NOT_DUE,
    Reason.REWARD_ALREADY_ISSUED,
    Reason.REWARD_UNKNOWN,
    Reason.IDEMPOTENCY_MISMATCH,
    Reason.IDEMPOTENCY_KEY_INVALID,
    Reason.BODY_TOO_LARGE,
    Reason.METHOD_NOT_ALLOWED,
    Reason.LIMITS_UNAVAILABLE,
    Reason.RECORDS_UNAVAILABLE,
    Reason.MOVE_NOT_ALLOWED,
    Reason.DEVELOPER_COUNTRY_EXCLUDED,
    Reason.MINT_ELSEWHERE,
    Reason.NOT_CANCELLED,
    Reason.AD_KEYS_UNAVAILABLE,
    Reason.AD_CALLBACK_NEEDED,
}
"""These never reach a page; a reason that is in neither place fails the test below, so that somebody decides."""


def test_every_reason_that_a_person_can_meet_has_words() -> None:
    assert set(Reason) - FOR_APPS_AND_OPERATORS == set(WORDINGS)


@pytest.mark.parametrize("reason", WORDINGS)
def test_every_reason_has_a_title_a_sentence_and_a_next_step(reason: Reason, pages_app: flask.Flask) -> None:
    words = WORDINGS[reason]

    with pages_app.test_request_context():
        told = [str(words.title), str(words.sentence), str(words.step)]

    assert all(told)
    assert len(set(told)) == 3
    assert not told[0].endswith(".")
    assert told[1].endswith(".")
    assert told[2].endswith(".")
