import re

import pytest

from redeem_app.domain.refusals import Reason
from tests.pages.page_builders import Render, a_choice, an_offer, three_choices
from tests.pages.page_states import every_state

STATES = every_state()


@pytest.mark.parametrize("name", STATES)
def test_a_page_renders_in_every_state_with_its_hooks(name: str, render: Render) -> None:
    html = render(STATES[name])

    assert re.search(r'<main data-page="(offer|confirm|applying|applied|refusal|hand-over|hand-over-number)"', html)
    assert html.count("<h1") == 1
    assert "<title>" in html
    assert "data-support-number" in html
    assert not re.search(r"<script(?![^>]* src=)", html)
    assert " style=" not in html


def test_before_sign_in_there_is_one_form_and_it_leads_to_sign_in(render: Render) -> None:
    html = render(an_offer())

    assert html.count('<form method="post"') == 1
    assert 'action="/reward/sign-in"' in html
    assert "csrf_token" not in html


def test_after_sign_in_the_form_applies_and_carries_the_token_against_forgery(render: Render) -> None:
    html = render(an_offer(account_label="m•••@example.com"))

    assert 'data-page="confirm"' in html
    assert 'action="/reward/apply"' in html
    assert re.search(r'name="csrf_token" value="[^"]{20,}"', html)
    assert "<bdi data-account>m•••@<wbr>example.<wbr>com</bdi>" in html


def test_r1_each_designated_reward_is_a_choice_and_a_sold_out_one_is_closed(render: Render) -> None:
    html = render(an_offer(choices=three_choices()))

    assert re.findall(r'type="radio" name="item" value="(\w+)"', html) == ["headphones", "lamp", "game"]
    assert re.search(r'value="headphones"[^>]* checked', html)
    assert re.search(r'value="game"[^>]* disabled', html)


def test_c5_the_value_is_shown_with_tax(render: Render) -> None:
    html = render(an_offer())

    assert "<bdi data-value>$27.50</bdi>" in html
    assert "tax included" in html


def test_r2_the_last_day_of_use_is_the_day_before_the_end(render: Render) -> None:
    html = render(an_offer())

    assert "December 30, 2026</time>" in html


def test_r3_an_alternative_is_told_before_it_is_applied(render: Render) -> None:
    html = render(an_offer(choices=(a_choice(replaces="Wireless speaker"),)))

    assert "Wireless speaker is sold out. You get this one of equal value instead." in html


def test_r4_shipping_is_told_for_prime_members_and_others(render: Render) -> None:
    html = render(an_offer())

    assert "Free two-day delivery with Prime" in html
    assert "Free shipping on orders over $25" in html
    assert "Standard shipping rates below that" in html


def test_p3_and_p5_the_page_names_who_delivers_and_who_helps_amazon_first_once_it_is_open(
    render: Render,
) -> None:
    html = render(an_offer())

    assert "Delivered through Amazon" in html
    assert html.index("https://www.amazon.com/help") < html.index("mailto:help@starlight.example")


def test_a_notice_about_the_choice_is_tied_to_the_field(render: Render) -> None:
    html = render(an_offer(choices=three_choices(), notice=Reason.ITEM_NOT_OFFERED))

    assert 'data-notice="item-not-offered"' in html
    assert '<fieldset aria-describedby="notice">' in html


def test_what_the_app_wrote_can_not_become_html(render: Render) -> None:
    html = render(an_offer(message="<script>alert(1)</script>"))

    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html


def test_v1_the_title_is_the_same_in_every_state(render: Render) -> None:
    titles = {re.search(r"<title>(.*)</title>", render(page)).group(1) for page in STATES.values() if page.frame}  # type: ignore[union-attr]

    assert titles == {"Your reward from Starlight Runner"}
