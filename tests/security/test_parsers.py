"""Every parser of what strangers, operators or Amazon write: a value, or the one refusal that is its own."""

import io
import ipaddress
from contextlib import nullcontext, suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import Headers, LanguageAccept

from redeem_app.adapters.amazon_json import fields_of, inner, money_in, text_in
from redeem_app.adapters.campaign_files import CampaignFileWrong
from redeem_app.adapters.campaign_files import read as read_campaign
from redeem_app.adapters.link_signer import SignedLinks
from redeem_app.adapters.sales_files import SalesFileWrong, read_sales
from redeem_app.domain.handing_over import Begun
from redeem_app.domain.ids import ItemId, LinkId
from redeem_app.domain.refusals import Reason, Refusal
from redeem_app.link_files import whole_lines
from redeem_app.settings import everything_wrong, read_settings
from redeem_app.settings_reader import WrongSetting
from redeem_app.web.caller_address import first_stranger, is_within
from redeem_app.web.host import Container, container_of, looks_ahead
from redeem_app.web.languages import LANGUAGES, known_tag, preferred_tag
from redeem_app.web.page_limits import counted_name
from tests.campaign_builders import NOW
from tests.operation.test_settings import PRODUCTION
from tests.service_under_test import SECRET

OTHERS = ("REDEEM_SWEEP_SECONDS", "REDEEM_WORKERS", "REDEEM_MODE", "REDEEM_TRUSTED_PROXIES", "REDEEM_DATABASE_URL")
TOML = ("[developer]", "[app]", "[[campaign]]", "id = 'x'", "name = 3", "country = 'US'", "budget = 1e400", "= ]")
ANY = st.text(max_size=200)
MANY = settings(max_examples=300, deadline=None)
WITH_A_FILE = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
PROXIES = ("10.0.0.0/8", "fd00::/8")
ADDRESSES = st.ip_addresses().map(str) | ANY
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY,
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(ANY, inside, max_size=3),
    max_leaves=8,
)


@MANY
@given(ANY | st.text("abcdef0123456789.-_", max_size=90))
def test_a_token_is_read_or_is_no_link(written: str) -> None:
    links = SignedLinks([SECRET])

    with pytest.raises(Refusal) as refused:
        links.read(written)

    assert refused.value.reason is Reason.LINK_INVALID


@MANY
@given(st.text("abcdef0123456789", min_size=1, max_size=64))
def test_a_token_carries_what_it_was_made_of(link_id: str) -> None:
    links = SignedLinks([SECRET])

    assert links.read(links.token(LinkId(link_id))) == link_id


@MANY
@given(ADDRESSES, st.lists(ADDRESSES, max_size=4).map(",".join))
def test_an_address_is_that_of_nobody_we_trust(remote: str, forwarded: str) -> None:
    name = counted_name(remote, forwarded, PROXIES)

    assert first_stranger(remote, "", PROXIES) == first_stranger(remote, "", ())
    assert name == "" or not is_within(ipaddress.ip_network(name, strict=False).network_address, PROXIES)


@MANY
@given(ANY)
def test_a_language_is_one_of_ours_or_none(written: str) -> None:
    assert known_tag(written) in {"", *LANGUAGES}
    assert preferred_tag(LanguageAccept([(written, 1)])) in {"", *LANGUAGES}


@MANY
@given(st.dictionaries(st.sampled_from(("User-Agent", "X-Requested-With", "Purpose", "Sec-Purpose")), ANY))
def test_a_container_is_always_told(headers: dict[str, str]) -> None:
    said = Headers([(name, value.replace("\n", "").replace("\r", "")) for name, value in headers.items()])

    assert isinstance(container_of(said), Container)
    assert looks_ahead(said) in {True, False}


@MANY
@given(st.binary(max_size=300))
def test_what_amazon_answers_is_read_as_far_as_it_is_an_object(body: bytes) -> None:
    fields = fields_of(body)

    assert isinstance(fields, dict)
    assert isinstance(inner(fields, "a"), dict)
    assert isinstance(text_in(fields, "a"), str)


@MANY
@given(JSON)
def test_an_amount_of_amazons_is_money_or_none(found: object) -> None:
    money = money_in({"amount": found, "currencyCode": "USD"})

    assert money is None or isinstance(money.amount, int)


@MANY
@given(ANY)
def test_a_ticket_of_a_view_gives_secrets_that_fit_nothing_more(ticket: str) -> None:
    begun = Begun.of(ticket)

    assert begun.code == ticket.split(".", 1)[0]


@MANY
@given(st.dictionaries(st.sampled_from([*PRODUCTION, *OTHERS]), ANY, max_size=4))
def test_settings_are_read_or_stop_with_a_sentence_and_the_check_agrees(changes: dict[str, str]) -> None:
    environment = PRODUCTION | changes
    _, sentences = everything_wrong(environment)

    with pytest.raises(WrongSetting) if sentences else nullcontext() as wrong:
        read_settings(environment)

    assert wrong is None or str(wrong.value) in sentences


@WITH_A_FILE
@given(content=st.binary(max_size=300) | ANY.map(str.encode))
def test_a_sales_file_is_read_or_told_to_be_wrong(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "sales.csv"
    path.write_bytes(b"item,day,price,currency,copies\n" + content)

    with suppress(SalesFileWrong):
        read_sales(path, {ItemId("lamp"): "USD"})


@WITH_A_FILE
@given(content=st.binary(max_size=300) | st.lists(st.sampled_from(TOML), max_size=9).map("\n".join).map(str.encode))
def test_a_campaign_file_is_read_or_told_to_be_wrong(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "campaign.toml"
    path.write_bytes(content)

    with pytest.raises(CampaignFileWrong) as wrong:
        read_campaign(path, NOW)

    assert str(wrong.value)


@MANY
@given(st.binary(max_size=300))
def testwhole_lines_of_a_file_of_links_are_those_with_an_end(content: bytes) -> None:
    count, end, last = whole_lines(io.BytesIO(content))

    assert count == content.count(b"\n")
    assert content[:end] == b"".join(line + b"\n" for line in content.split(b"\n")[:-1])
    assert last == (content.split(b"\n")[-2] if count else b"")
