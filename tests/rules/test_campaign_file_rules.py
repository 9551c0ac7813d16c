"""Each rule that a campaign file can break, with the line it is broken on and what would be right."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image

from redeem_app.adapters.campaign_files import CampaignFileWrong, Finding, check, read
from redeem_app.domain.campaign import ChargedAt, RewardKind
from redeem_app.domain.eligibility import DeliveryCountries
from redeem_app.domain.money import Money

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)

PLAIN = """\
[developer]
id = "brightside"
name = "Brightside Games"
country = "US"

[app]
id = "star-runner"
name = "Star Runner"

[[app.earning]]
event = "game.level"
points = 50
daily_cap = 500

[[campaign]]
id = "summer"
name = "Summer of stars"
starts = "-1 day"
ends = "+30 days"
budget = 5000.00
cost_per_action = 27.50
announcement = "Reach level 5 and choose a gift."
redemption = "You reached level 5."
terms_url = "https://star-runner.example/terms"
support = "help@star-runner.example"

[[campaign.moment]]
id = "bronze"
title = "Bronze"
due_at_points = 100
tier = "Bronze"

[[campaign.moment]]
id = "silver"
title = "Silver"
due_at_points = 300
tier = "Silver"

[[campaign.group]]
id = "US"
marketplace = "US"

[[campaign.group.item]]
id = "headphones"
kind = "physical"
title = "Headphones"
description = "Over-ear."
price = 25.00
tax = 0.10
stock = 20
"""

Check = Callable[..., tuple[Finding, ...]]


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def write(*edits: tuple[str, str], more: str = "") -> Path:
        text = PLAIN
        for old, new in edits:
            assert old in text
            text = text.replace(old, new, 1)
        path = tmp_path / "campaign.toml"
        path.write_text(text + more, encoding="utf-8")
        return path

    return write


@pytest.fixture
def found(write: Callable[..., Path]) -> Check:
    def found(*edits: tuple[str, str], more: str = "") -> tuple[Finding, ...]:
        return check(write(*edits, more=more), NOW)

    return found


def an_item(item_id: str = "lamp", *, kind: str = "physical", price: str = "25.00", extra: str = "") -> str:
    return f"""
[[campaign.group.item]]
id = "{item_id}"
kind = "{kind}"
title = "Lamp"
description = "It shines."
price = {price}
tax = 0.10
stock = 5
{extra}
"""


def test_a_plain_file_has_no_mistake_and_is_read_into_the_types_of_the_domain(write: Callable[..., Path]) -> None:
    file = read(write(), NOW)

    (campaign,) = file.campaigns
    (item,) = campaign.groups[0].items
    assert file.developer.country == "US"
    assert file.app.earning[0].daily_cap == 500
    assert campaign.starts_at == NOW - timedelta(days=1)
    assert campaign.redeemable_until == NOW + timedelta(days=60)
    assert campaign.budget == Money(500_000, "USD")
    assert campaign.charged_at is ChargedAt.ISSUE
    assert item.kind is RewardKind.PHYSICAL
    assert item.tax_rate == Decimal("0.10")
    assert item.value == Money(2_750, "USD")
    assert campaign.announcement.in_language("fr") == "Reach level 5 and choose a gift."


def test_a_file_with_a_mistake_is_not_read(write: Callable[..., Path]) -> None:
    with pytest.raises(CampaignFileWrong) as refused:
        read(write(("budget = 5000.00", "budget = 49.99")), NOW)

    assert "line 20: campaign[1].budget" in str(refused.value)


def test_every_mistake_is_found_in_one_run_in_the_order_of_lines(found: Check) -> None:
    findings = found(
        ('country = "US"', 'country = "CH"'),
        ("points = 50", 'points = "fifty"'),
        ("budget = 5000.00", "budget = 10.00"),
        ('support = "help', 'suport = "help'),
        ("stock = 20", "stock = -1"),
    )

    assert [(finding.line, finding.where.rpartition(".")[2]) for finding in findings] == [
        (4, "country"),
        (12, "points"),
        (15, "support"),
        (20, "budget"),
        (25, "suport"),
        (50, "stock"),
    ]


@pytest.mark.parametrize(
    ("edit", "line", "problem", "remedy"),
    [
        (('country = "US"', 'country = "CH"'), 4, "CH is refused", "C9"),
        (('country = "US"', 'country = "ZA"'), 4, "ZA is refused", "C9"),
        (('country = "US"', 'country = "IR"'), 4, "embargo", "C9"),
        (('country = "US"', 'country = "UK"'), 4, "the United Kingdom is GB", '"US"'),
        (("budget = 5000.00", "budget = 49.99"), 20, "at least 50.00 USD", "50.00 or more (C4)"),
        (("budget = 5000.00", "budget = 5000.001"), 20, "more decimals", "5000.00"),
        (("budget = 5000.00", "budget = 5000.00\nmonth_cap = 5000.01"), 21, "operator raises", "campaign_month_cap"),
        (("budget = 5000.00", "budget = 5000.00\nmonth_cap = 20"), 22, "none is ever issued", "20 or less (C4)"),
        (("cost_per_action = 27.50", "cost_per_action = 27.49"), 21, "does not cover headphones", "27.50 or more (C5)"),
        (('ends = "+30 days"', 'ends = "-2 days"'), 19, "not after its start", "2026-06-14 12:00"),
        (('ends = "+30 days"', 'ends = "-1 hour"'), 19, "it ended", "2026-06-15 12:00"),
        (('ends = "+30 days"', "ends = 2026-07-01"), 19, "without a time of day", "+30 days"),
        (('ends = "+30 days"', "ends = 2026-07-01T00:00:00"), 19, "without a time zone", "+30 days"),
        (('ends = "+30 days"', 'ends = "2026-07-01T00:00:00"'), 19, "no date", "+30 days"),
        (('ends = "+30 days"', "ends = 9999-12-31T23:59:59-12:00"), 19, "in the year 9999", "+30 days"),
        (("price = 25.00", "price = 1e400"), 48, "at most 1000000000", "25.00"),
        (("stock = 20", "stock = 99999999999"), 50, "not from 0 to 1000000000", "200"),
        (('marketplace = "US"', 'marketplace = "SE"'), 41, "none of US, CA", '"US"'),
        (('marketplace = "US"', 'marketplace = "DE"'), 41, "no rate is stated", "USD for one EUR"),
        (('due_at_points = 100\ntier = "Bronze"', "issued_when_due = true"), 30, "nothing makes", "due_at_points"),
        (("due_at_points = 300", "due_at_points = 100"), 36, "not above the 100 points", "more than 100"),
        (("budget", 'delivery_countries = ["US", "CU"]\nbudget'), 20, "nothing is delivered to CU", "R5"),
        (('id = "silver"', 'id = "bronze"'), 34, "there already", "another id"),
        (('terms_url = "https', 'terms_url = "http'), 24, "no https address", "terms and dates"),
        (('support = "help@', 'support = "help at '), 25, "no https address", "e-mail address"),
        (('announcement = "Reach level 5 and choose a gift."', 'announcement = ""'), 22, "is empty", "before"),
        (('announcement = "R', 'language = "de"\nannouncement = { en = "R'), 23, "Unclosed", "TOML"),
        (('name = "Star Runner"', 'name = "Star Runner"\nframe_origin = []'), 9, "no such key", "frame_origins?"),
        (("tax = 0.10", "tax = 10"), 49, "10 % is written 0.10", "0.10"),
        (("price = 25.00", 'price = "25"'), 48, "text where a number belongs", "25.00"),
        (('kind = "physical"', 'kind = "phisical"'), 45, "none of physical", '"physical"'),
        (('event = "game.level"', 'event = "ad.withdrawn"'), 11, "none of game.level", '"game.level"'),
        (('id = "star-runner"', 'id = "star runner"'), 7, "no id", '"star-runner"'),
    ],
)
def test_a_mistake_is_named_with_its_line_and_what_is_right(
    found: Check, edit: tuple[str, str], line: int, problem: str, remedy: str
) -> None:
    findings = found(edit)

    assert [finding.line for finding in findings] == [line]
    assert problem in findings[0].problem
    assert remedy in findings[0].remedy


def test_c2_five_items_are_offered_and_a_sixth_is_not(found: Check) -> None:
    five = "".join(an_item(f"item-{i}") for i in range(4))

    assert found(more=five) == ()
    (finding,) = found(more=five + an_item("one-more"))
    assert "US has 6 rewards" in finding.problem
    assert "at most 5 items" in finding.remedy


def test_c2_a_group_that_offers_nothing_is_refused(found: Check) -> None:
    (finding,) = found(more='\n[[campaign.group]]\nid = "CA"\nmarketplace = "US"\nitem = []\n')

    assert "offers nothing" in finding.problem
    assert "C2" in finding.remedy


def test_c2_a_discounted_category_stands_alone(found: Check) -> None:
    discount = an_item("books", kind="category-discount", extra='category = "books"\nconditions = "On books."')
    alone = ('kind = "physical"', 'kind = "category-discount"\ncategory = "books"\nconditions = "On books."')

    assert found(alone) == ()
    (finding,) = found(more=discount)
    assert "beside free items" in finding.problem
    (finding,) = found(alone, more=discount)
    assert "one discounted category" in finding.remedy


def test_c2_the_discounted_category_is_the_same_in_every_marketplace(found: Check) -> None:
    books = ('kind = "physical"', 'kind = "category-discount"\ncategory = "books"\nconditions = "On books."')
    canada = '[[campaign.group]]\nid = "CA"\nmarketplace = "CA"\nexchange_rate = 0.75\n'
    discount = an_item("other", kind="category-discount", extra='category = "{}"\nconditions = "On it."')

    assert found(books, more=canada + discount.format("books")) == ()
    (finding,) = found(books, more=canada + discount.format("games"))
    assert "second category beside books" in finding.problem


def test_c4_the_operator_raises_the_caps(found: Check, write: Callable[..., Path]) -> None:
    raised = ("[app]", "[operator]\ncampaign_month_cap = 9000.00\naccount_month_cap = 20000.00\n\n[app]")
    capped = ("budget = 5000.00", "budget = 5000.00\nmonth_cap = 8000.00")

    file = read(write(raised, capped), NOW)

    assert len(found(capped)) == 1
    assert file.campaigns[0].month_cap == Money(800_000, "USD")
    assert file.developer.month_cap == Money(2_000_000, "USD")


def test_c5_prices_in_another_currency_are_held_against_the_cost_at_the_stated_rate(found: Check) -> None:
    euro = ('marketplace = "US"', 'marketplace = "DE"\nexchange_rate = 1.10')

    (finding,) = found(euro)

    assert finding.where == "campaign[1].cost_per_action"
    assert "30.25 or more (C5)" in finding.remedy
    assert found(euro, ("cost_per_action = 27.50", "cost_per_action = 30.25")) == ()


def test_c5_a_cost_of_the_groups_own_is_what_counts(found: Check) -> None:
    (finding,) = found(('marketplace = "US"', 'marketplace = "US"\ncost_per_action = 20.00'))

    assert finding.where == "campaign[1].group[1].cost_per_action"


def test_c7_a_product_of_ones_own_is_sold_and_fulfilled_by_amazon(found: Check) -> None:
    own = ('kind = "physical"', 'kind = "own-product"')
    sold = ('kind = "physical"', 'kind = "own-product"\nsold_by_amazon = true')

    (finding,) = found(own)

    assert "sold_by_amazon = true" in finding.remedy
    assert found(sold) == ()


def test_c8_made_to_order_needs_the_us_the_operators_word_and_sizes(found: Check) -> None:
    shirt = ('kind = "physical"', 'kind = "made-to-order"')
    sized = ('kind = "physical"', 'kind = "made-to-order"\nsizes = ["S", "M"]')
    admitted = ("[app]", "[operator]\nmade_to_order = true\n\n[app]")
    canada = ('marketplace = "US"', 'marketplace = "CA"\nexchange_rate = 0.75')

    assert {"no sizes are stated", "the developer is not admitted to made-to-order rewards"} == {
        finding.problem for finding in found(shirt)
    }
    assert found(sized, admitted) == ()
    (finding,) = found(sized, admitted, canada)
    assert "not delivered in CA" in finding.problem
    (finding,) = found(sized, admitted, ("budget", 'delivery_countries = ["CA"]\nbudget'))
    assert "add US" in finding.remedy


def test_r5_an_operators_own_list_of_countries_is_what_counts(write: Callable[..., Path]) -> None:
    own = DeliveryCountries("the operator", date(2026, 1, 1), frozenset({"KI"}))
    kiribati = write(("budget", 'delivery_countries = ["KI"]\nbudget'))

    assert len(check(kiribati, NOW)) == 1
    assert check(kiribati, NOW, own) == ()


def test_r3_an_alternative_is_worth_at_least_what_it_stands_in_for(found: Check) -> None:
    cheap = an_item(price="24.99").replace("group.item", "group.alternative")

    (finding,) = found(more=cheap)

    assert "worth less than every item" in finding.problem
    assert found(more=cheap.replace("24.99", "25.00")) == ()


def test_r6_a_credit_says_on_what_it_is_spent(found: Check) -> None:
    (finding,) = found(('kind = "physical"', 'kind = "credit"'))

    assert "conditions" in finding.remedy


def test_e1_a_tier_needs_something_that_earns_points(found: Check) -> None:
    findings = found(('[[app.earning]]\nevent = "game.level"\npoints = 50\ndaily_cap = 500\n', ""))

    assert [finding.problem for finding in findings] == ["nothing earns points in this app"] * 2


def test_texts_are_there_in_the_campaigns_language(found: Check) -> None:
    (finding,) = found(('title = "Headphones"', 'title = { de = "Kopfhörer" }'))

    assert finding.line == 46
    assert "in en" in finding.problem


@pytest.mark.parametrize(
    ("size", "kind", "problem"),
    [((3000, 599), "JPEG", "3000 x 599 pixels"), ((3000, 600), "GIF", "no PNG or JPEG"), (None, "", "no picture")],
)
def test_p2_a_banner_is_a_picture_of_3000_by_600(
    found: Check, tmp_path: Path, size: tuple[int, int] | None, kind: str, problem: str
) -> None:
    if size is not None:
        Image.new("RGB", size).save(tmp_path / "banner.jpg", kind)

    (finding,) = found(("budget", 'banner = "banner.jpg"\nbanner_alt = ""\nbudget'))

    assert problem in finding.problem
    assert "3000 x 600" in finding.remedy


def test_p2_a_banner_of_the_right_size_is_taken_with_its_words(write: Callable[..., Path], tmp_path: Path) -> None:
    Image.new("RGB", (3000, 600)).save(tmp_path / "banner.png")

    file = read(write(("budget", 'banner = "banner.png"\nbanner_alt = "Stars"\nbudget')), NOW)

    assert file.folder / file.campaigns[0].banner == tmp_path / "banner.png"
    assert file.campaigns[0].banner_alt.default == "Stars"


def test_a_banner_outside_the_files_folder_is_refused(found: Check) -> None:
    (finding,) = found(("budget", 'banner = "../../etc/passwd"\nbanner_alt = ""\nbudget'))

    assert "outside the folder" in finding.problem


def test_mistakes_are_found_in_the_second_of_several_tables_and_in_values_over_several_lines(found: Check) -> None:
    second = '''
[[campaign]]
id = "winter"
name = "Winter"
starts = "now"
ends = "+1 week"
budget = 100
cost_per_action = 30
announcement = { en = "A", xx = "B" }
redemption = """
On
two lines"""
terms_url = "https://star-runner.example/terms"
support = "https://star-runner.example/help"
delivery_countries = [
  "US",
  "ZZ",
]
[[campaign.moment]]
id = "a"
title = "A"
[[campaign.moment]]
id = "a"
title = "B"
[[campaign.group]]
id = "US"
marketplace = "US"
''' + an_item("shoe", price="0")

    findings = found(more=second)

    assert [(finding.line, finding.where) for finding in findings] == [
        (59, "campaign[2].announcement"),
        (65, "campaign[2].delivery_countries[2]"),
        (73, "campaign[2].moment[2].id"),
        (84, "campaign[2].group[1].item[1].price"),
    ]


@pytest.mark.parametrize(
    ("edits", "lines"),
    [
        ([('country = "US"', "country = US"), ("budget = 5000.00", "budget = 5,000.00")], [4, 20]),
        ([('country = "US"', 'country = "US"\ncountry = "DE"'), ("budget = 5000.00", "budget = 1")], [5, 21]),
        ([("[app]", "[app"), ("budget = 5000.00", "budget = 1")], [6]),
        ([('country = "US"', "country")], [4]),
    ],
)
def test_what_is_no_toml_is_named_with_its_line_and_the_rest_is_checked_where_it_can_be(
    found: Check, edits: list[tuple[str, str]], lines: list[int]
) -> None:
    assert [finding.line for finding in found(*edits)] == lines


def test_a_broken_value_hides_only_the_rules_that_rest_on_it(found: Check) -> None:
    findings = found(("price = 25.00", "price = 0"), ("budget = 5000.00", "budget = 10.00"))

    assert [(finding.line, finding.problem.split(",")[0]) for finding in findings] == [
        (20, "10.00 USD is too little: a budget is at least 50.00 USD and pays for one reward"),
        (48, "is 0"),
    ]


def test_a_file_that_is_not_there_or_no_text_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe")

    assert "can't be read" in check(tmp_path / "none.toml", NOW)[0].problem
    assert "UTF-8" in check(tmp_path / "binary.toml", NOW)[0].problem


def test_c4_a_budget_is_at_least_50_dollars(found: Check) -> None:
    (finding,) = found(("budget = 5000.00", "budget = 49.99"))

    assert "at least 50.00 USD" in finding.problem
    assert found(("budget = 5000.00", "budget = 50.00")) == ()
