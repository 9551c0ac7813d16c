"""Made-up and altered links: all refused, all with the same answer, none with a trace in the records."""

import random
import re
import string

import pytest

from redeem_app.adapters.link_signer import SignedLinks
from redeem_app.app import create_app
from redeem_app.domain.ids import CampaignId, ItemId, LinkId
from redeem_app.domain.refusals import Reason, Refusal
from redeem_app.domain.reward import Chosen
from tests.service.test_abuse import a_token
from tests.service_under_test import SECRET, ServiceUnderTest

TRIES = 100_000
LETTERS = string.ascii_letters + string.digits + "-_."


def mutated(token: str, chance: random.Random) -> str:
    """The token with a letter changed, dropped, doubled or swapped, cut short, or with its parts mixed."""
    at = chance.randrange(len(token))
    match chance.randrange(6):
        case 0:
            return token[:at] + chance.choice(LETTERS) + token[at + 1 :]
        case 1:
            return token[:at] + token[at + 1 :]
        case 2:
            return token[:at] + token[at] + token[at:]
        case 3:
            return token[:at]
        case 4:
            return token[at:] + token[:at]
        case _:
            return "".join(chance.choice(LETTERS) for _ in range(len(token)))


def test_100_000_mutated_tokens_are_refused() -> None:
    links, chance = SignedLinks([SECRET]), random.Random(2020)  # noqa: S311 - repeatable, no secret
    real = [links.token(LinkId(f"{number:032x}")) for number in range(50)]
    real += [links.test_token(CampaignId(f"campaign-{number}")) for number in range(10)]
    taken, reasons = [], set()

    for _ in range(TRIES):
        token = chance.choice(real)
        forged = mutated(token, chance)
        try:
            read = links.read(forged)
        except Refusal as refusal:
            reasons.add(refusal.reason)
            continue
        if forged not in real:
            taken.append((forged, read))

    assert reasons == {Reason.LINK_INVALID}
    assert taken == []


def test_a_link_has_one_spelling() -> None:
    """base64's last letter carries two bits that mean nothing; a twin that differs there is refused all the same."""
    links = SignedLinks([SECRET])
    token = links.token(LinkId("a" * 32))

    read = [letter for letter in LETTERS if _reads(links, token[:-1] + letter)]

    assert read == [token[-1]]


def _reads(links: SignedLinks, token: str) -> bool:
    try:
        links.read(token)
    except Refusal:
        return False
    return True


def test_a_token_of_one_kind_is_not_valid_as_another() -> None:
    links = SignedLinks([SECRET])
    test_token = links.test_token(CampaignId("spring"))

    with pytest.raises(Refusal):
        links.read(test_token.removeprefix("test-"))
    with pytest.raises(Refusal):
        links.read("test-" + links.token(LinkId("spring")))


def test_an_older_key_still_verifies_and_a_foreign_one_does_not() -> None:
    token = SignedLinks(["old" * 20]).token(LinkId("a" * 32))

    assert SignedLinks(["new" * 20, "old" * 20]).read(token) == "a" * 32
    with pytest.raises(Refusal):
        SignedLinks(["new" * 20]).read(token)


def test_every_wrong_link_gets_the_same_answer(under_test: ServiceUnderTest) -> None:
    under_test.load()
    client = create_app(service=under_test.service).test_client()
    token, chance = a_token(under_test), random.Random(7)  # noqa: S311 - repeatable, no secret
    never_issued = SignedLinks([SECRET]).token(LinkId("f" * 32))
    wrong = [never_issued, *(mutated(token, chance) for _ in range(300))]

    answers = {forged: client.get(f"/r/{forged}") for forged in wrong if len(forged) > 8 and forged != token}

    assert {answer.status_code for answer in answers.values()} == {404}
    assert len({told(answer.text, forged) for forged, answer in answers.items()}) == 1


def told(text: str, forged: str) -> str:
    """The page without the link that was asked for and the support number, which differ by nature."""
    return re.sub(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b", "", text).replace(forged, "")


def test_100_000_mutated_codes_of_hand_overs_are_refused(under_test: ServiceUnderTest) -> None:
    under_test.load()
    handing_over, chance = under_test.service.handing_over, random.Random(2021)  # noqa: S311 - repeatable, no secret
    codes = [handing_over.begin(a_token(under_test), Chosen(ItemId("lamp"), "")).code for _ in range(20)]
    taken, reasons = [], set()

    for _ in range(TRIES):
        forged = mutated(chance.choice(codes), chance)
        try:
            handing_over.ask(forged, None)
        except Refusal as refusal:
            reasons.add(refusal.reason)
            continue
        if forged not in codes:
            taken.append(forged)

    assert reasons == {Reason.HAND_OVER_ENDED}
    assert taken == []
