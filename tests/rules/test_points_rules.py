"""What events give, what taking back takes, and that the ledger stays whole in every order of arrival."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redeem_app.domain.campaign import App, EarningRule
from redeem_app.domain.ids import AppId, CustomerKey, DeveloperId, EventId, RewardId
from redeem_app.domain.points import (
    EventType,
    PointsEntry,
    PointsEvent,
    checked_event,
    points_for,
    rule_for,
)
from redeem_app.domain.points_ledger import balance, booked, exchanged, spendable
from redeem_app.domain.refusals import Reason, Refusal

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)

LEVEL = EarningRule("game.level", 50)
BOOKS = EarningRule("purchase", 30, category="books")
ANYTHING = EarningRule("purchase", 10)
CAPPED_AD = EarningRule("ad.watched", 20, daily_cap=50)


def an_app(*rules: EarningRule, expire_after_days: int | None = None) -> App:
    earning = rules or (LEVEL, BOOKS, ANYTHING, CAPPED_AD)
    return App(AppId("app"), DeveloperId("dev"), "App", earning=earning, points_expire_after_days=expire_after_days)


def an_event(
    event_id: str = "e1",
    event_type: str = "game.level",
    *,
    category: str = "",
    quantity: int = 1,
    occurred_at: datetime = NOW,
    reverses: str | None = None,
    customer: str = "ann",
) -> PointsEvent:
    reversed_id = None if reverses is None else EventId(reverses)
    return PointsEvent(
        EventId(event_id), CustomerKey(customer), event_type, category, quantity, occurred_at, reversed_id
    )


class Book:
    """A ledger in memory that counts an event id once, as the database does."""

    def __init__(self, app: App, now: datetime = NOW) -> None:
        self.app = app
        self.now = now
        self.events: dict[EventId, PointsEvent] = {}
        self.entries: list[PointsEntry] = []

    def arrive(self, *events: PointsEvent) -> "Book":
        for event in events:
            if event.event_id in self.events:
                continue
            root = event.reverses or event.event_id
            related = [e for e in self.events.values() if root in {e.event_id, e.reverses}]
            self.entries += booked(event, self.app, self.entries, related, self.now)
            self.events[event.event_id] = event
        return self

    def exchange(self, points: int, reward_id: str = "r1") -> "Book":
        self.entries += exchanged(self.entries, points, RewardId(reward_id), self.now)
        return self

    def balance(self, later: timedelta = timedelta()) -> int:
        return balance(self.entries, self.now + later)


def test_e1_each_type_and_category_has_its_own_value() -> None:
    book = Book(an_app()).arrive(
        an_event("1", "game.level", quantity=2),
        an_event("2", "purchase", category="books"),
        an_event("3", "purchase", category="shoes", quantity=3),
        an_event("4", "game.session"),
    )

    assert [entry.points for entry in book.entries] == [100, 30, 30]
    assert [entry.rule for entry in book.entries] == ["game.level", "purchase/books", "purchase"]
    assert book.balance() == 160


def test_e1_the_rule_of_the_category_comes_before_the_one_for_all() -> None:
    event = an_event(event_type="purchase", category="books")

    assert rule_for([ANYTHING, BOOKS], event) is BOOKS
    assert rule_for([BOOKS, ANYTHING], event) is BOOKS
    assert rule_for([BOOKS], an_event(event_type="purchase", category="shoes")) is None


def test_e1_a_daily_cap_gives_what_is_left_of_it_and_begins_again_on_the_next_utc_day() -> None:
    midnight = datetime(2026, 6, 15, tzinfo=UTC)
    eastern = midnight.astimezone(datetime.fromisoformat("2026-01-01T00:00:00-05:00").tzinfo)

    book = Book(an_app()).arrive(
        *(an_event(str(i), "ad.watched", occurred_at=midnight - timedelta(minutes=5)) for i in range(4)),
        an_event("next day", "ad.watched", occurred_at=eastern),
    )

    assert [entry.points for entry in book.entries] == [20, 20, 10, 20]


def test_e1_each_rule_has_a_cap_of_its_own() -> None:
    book = Book(an_app()).arrive(an_event("level", quantity=3), an_event("ad", "ad.watched"))

    assert [entry.points for entry in book.entries] == [150, 20]


def test_e4_an_event_that_arrives_twice_counts_once() -> None:
    book = Book(an_app()).arrive(an_event("1"), an_event("1"))

    assert book.balance() == 50


@pytest.mark.parametrize(
    ("event", "field"),
    [
        (an_event(event_type="game.cheat"), "eventType"),
        (an_event(quantity=0), "quantity"),
        (an_event(occurred_at=NOW + timedelta(minutes=6)), "occurredAt"),
        (an_event(occurred_at=NOW - timedelta(days=31)), "occurredAt"),
        (an_event(event_type="purchase.refunded"), "reverses"),
        (an_event(reverses="e0"), "reverses"),
    ],
)
def test_e4_an_event_that_can_not_be_is_refused_with_the_field(event: PointsEvent, field: str) -> None:
    with pytest.raises(Refusal) as refused:
        checked_event(event, NOW)

    assert refused.value.reason is Reason.BODY_INVALID
    assert refused.value.facts["field"] == field


def test_e4_an_event_a_little_ahead_of_our_clock_is_taken() -> None:
    event = an_event(occurred_at=NOW + timedelta(minutes=5))

    assert checked_event(event, NOW) is event


def test_points_expire_a_fixed_time_after_the_event_whenever_it_arrived() -> None:
    app = an_app(expire_after_days=10)
    event = an_event(occurred_at=NOW - timedelta(days=4))

    prompt, late = Book(app, NOW - timedelta(days=4)).arrive(event), Book(app, NOW).arrive(event)

    assert prompt.entries[0].expires_at == late.entries[0].expires_at == NOW + timedelta(days=6)
    assert late.balance(timedelta(days=6, seconds=-1)) == 50
    assert late.balance(timedelta(days=6)) == 0


def test_e3_the_points_that_expire_first_are_exchanged_first() -> None:
    book = Book(an_app(expire_after_days=30)).arrive(
        an_event("young"), an_event("old", occurred_at=NOW - timedelta(days=20))
    )

    book.exchange(60)

    assert book.balance() == 40
    assert book.balance(timedelta(days=10)) == 40
    assert book.balance(timedelta(days=30)) == 0
    assert [entry.points for entry in book.entries if entry.points < 0] == [-50, -10]


def test_e3_points_that_are_not_there_or_lapsed_can_not_be_exchanged() -> None:
    book = Book(an_app(expire_after_days=5)).arrive(an_event(occurred_at=NOW - timedelta(days=5)), an_event("2"))

    with pytest.raises(Refusal) as refused:
        book.exchange(51)

    assert refused.value.reason is Reason.REWARD_NOT_DUE
    assert refused.value.facts == {"needs": 51, "has": 50}


def test_e3_no_entry_pays_points_out() -> None:
    """Whatever lessens a ledger was an event that takes back, or names the reward the points were exchanged for."""
    book = Book(an_app()).arrive(
        an_event("1", "purchase"), an_event("2"), an_event("3", "purchase.refunded", reverses="1")
    )

    book.exchange(50)

    lessening = [entry.event_id for entry in book.entries if entry.points < 0]
    assert lessening == ["3", "reward:r1"]


def test_a_refund_takes_what_the_purchase_gave() -> None:
    book = Book(an_app()).arrive(
        an_event("1", "purchase", category="books"), an_event("2", "purchase.refunded", reverses="1")
    )

    assert [entry.points for entry in book.entries] == [30, -30]


def test_a_withdrawn_ad_takes_what_its_cap_let_it_give_and_gives_no_room_back() -> None:
    book = Book(an_app()).arrive(
        *(an_event(str(i), "ad.watched") for i in range(3)),
        an_event("back", "ad.withdrawn", reverses="2"),
        an_event("again", "ad.watched"),
    )

    assert [entry.points for entry in book.entries] == [20, 20, 10, -10]


def test_part_of_a_purchase_can_be_refunded_and_never_more_than_all() -> None:
    book = Book(an_app(EarningRule("purchase", 1, daily_cap=10))).arrive(
        an_event("1", "purchase", quantity=12),
        an_event("2", "purchase.refunded", reverses="1", quantity=5),
        an_event("3", "purchase.refunded", reverses="1", quantity=5),
        an_event("4", "purchase.refunded", reverses="1", quantity=5),
    )

    assert [entry.points for entry in book.entries] == [10, -4, -4, -2]


def test_a_refund_that_arrives_before_its_purchase_waits_for_it() -> None:
    purchase = an_event("1", "purchase", quantity=2)
    refund = an_event("2", "purchase.refunded", reverses="1")

    early, late = Book(an_app()).arrive(refund, purchase), Book(an_app()).arrive(purchase, refund)

    assert early.balance() == late.balance() == 10


@pytest.mark.parametrize(
    "refund",
    [
        an_event("2", "purchase.refunded", reverses="1", customer="bob"),
        an_event("2", "ad.withdrawn", reverses="1"),
        an_event("2", "purchase.refunded", reverses="unknown"),
    ],
)
def test_what_belongs_to_another_person_or_kind_takes_nothing(refund: PointsEvent) -> None:
    before = Book(an_app()).arrive(refund, an_event("1", "purchase"))
    after = Book(an_app()).arrive(an_event("1", "purchase"), refund)

    assert before.balance() == after.balance() == 10


def test_after_the_reward_what_is_taken_back_is_owed_and_later_points_pay_it_once() -> None:
    book = Book(an_app(EarningRule("purchase", 100), LEVEL, expire_after_days=30)).arrive(an_event("1", "purchase"))
    book.exchange(100)

    book.arrive(an_event("2", "purchase.refunded", reverses="1"))
    owing = spendable(book.entries, NOW), book.balance()
    book.arrive(an_event("3"), an_event("4"), an_event("5"))

    assert owing == (0, -100)
    assert book.balance() == 50
    assert book.balance(timedelta(days=30)) == 0, "what was paid is not owed again when the payment would have lapsed"


def test_what_was_spent_is_taken_from_other_points_before_it_is_owed() -> None:
    book = Book(an_app(EarningRule("purchase", 100), LEVEL, expire_after_days=30)).arrive(
        an_event("1", "purchase", occurred_at=NOW - timedelta(days=10)), an_event("2")
    )
    book.exchange(100)

    book.arrive(an_event("3", "purchase.refunded", reverses="1"))

    assert book.balance(timedelta(days=30)) == -50


def test_what_is_owed_is_not_paid_with_points_that_lapsed_on_the_way() -> None:
    book = Book(an_app(expire_after_days=5)).arrive(an_event("1", "purchase"))
    book.exchange(10)
    book.arrive(an_event("2", "purchase.refunded", reverses="1"))

    book.arrive(an_event("late", occurred_at=NOW - timedelta(days=6)))

    assert book.balance() == -10


def test_before_the_reward_what_is_taken_back_leaves_other_lots_alone() -> None:
    book = Book(an_app(expire_after_days=30)).arrive(
        an_event("old", occurred_at=NOW - timedelta(days=10)), an_event("1", "purchase")
    )

    book.arrive(an_event("2", "purchase.refunded", reverses="1"))

    assert book.balance() == 50
    assert book.balance(timedelta(days=20)) == 0


def test_points_that_lapsed_unspent_are_not_taken_a_second_time() -> None:
    book = Book(an_app(expire_after_days=5)).arrive(
        an_event("1", "purchase", occurred_at=NOW - timedelta(days=6)),
        an_event("2"),
        an_event("3", "purchase.refunded", reverses="1"),
    )

    assert book.balance() == 50


events_of_a_person = st.lists(
    st.tuples(
        st.sampled_from(["game.level", "purchase", "ad.watched"]),
        st.integers(1, 5),
        st.integers(0, 20),
        st.lists(st.integers(1, 3), max_size=3),
    ),
    max_size=6,
)


def drawn_events(drawn: Iterable[tuple[str, int, int, list[int]]]) -> list[PointsEvent]:
    back = {"purchase": EventType.PURCHASE_REFUNDED, "ad.watched": EventType.AD_WITHDRAWN}
    events = list[PointsEvent]()
    for number, (kind, quantity, days, refunds) in enumerate(drawn):
        events.append(an_event(f"e{number}", kind, quantity=quantity, occurred_at=NOW - timedelta(days=days)))
        if kind in back:
            events += [
                an_event(f"e{number}-{i}", back[kind], quantity=units, reverses=f"e{number}", occurred_at=NOW)
                for i, units in enumerate(refunds)
            ]
    return events


UNCAPPED = (LEVEL, ANYTHING, EarningRule("ad.watched", 7))


@given(events_of_a_person, st.randoms(use_true_random=False), st.sampled_from([None, 30]))
def test_e4_the_order_and_number_of_arrivals_do_not_change_the_balance(
    drawn: list[tuple[str, int, int, list[int]]], dice: Random, expire: int | None
) -> None:
    events = drawn_events(drawn)
    shuffled = [*events, *events]
    dice.shuffle(shuffled)

    in_order = Book(an_app(*UNCAPPED, expire_after_days=expire)).arrive(*events)
    mixed = Book(an_app(*UNCAPPED, expire_after_days=expire)).arrive(*shuffled)

    assert in_order.balance() == mixed.balance() >= 0


@given(st.lists(st.integers(1, 4), max_size=8), st.randoms(use_true_random=False))
def test_e1_a_cap_holds_in_every_order(quantities: list[int], dice: Random) -> None:
    events = [an_event(str(i), "ad.watched", quantity=quantity) for i, quantity in enumerate(quantities)]
    shuffled = [*events]
    dice.shuffle(shuffled)

    assert Book(an_app()).arrive(*shuffled).balance() == min(50, 20 * sum(quantities))


@given(events_of_a_person, st.lists(st.integers(1, 400), max_size=3), st.data())
def test_every_lot_stays_whole_whatever_happens(
    drawn: list[tuple[str, int, int, list[int]]], wishes: list[int], data: st.DataObject
) -> None:
    """No lot but the one of what is owed falls below nothing, so no balance gets worse by waiting."""
    book = Book(an_app(expire_after_days=15))
    steps: list[PointsEvent | int] = data.draw(st.permutations([*drawn_events(drawn), *wishes]))
    for number, step in enumerate(steps):
        if isinstance(step, PointsEvent):
            book.arrive(step)
        elif step <= spendable(book.entries, NOW):
            book.exchange(step, f"r{number}")

    lots = {e.expires_at: balance([x for x in book.entries if x.expires_at == e.expires_at], NOW) for e in book.entries}
    assert all(points >= 0 for expiry, points in lots.items() if expiry is not None)
    assert book.balance(timedelta(days=40)) == lots.get(None, 0) <= 0
    assert len({(e.event_id, e.rule) for e in book.entries}) == len(book.entries)


@given(st.integers(1, 9), st.integers(1, 9), st.one_of(st.none(), st.integers(1, 60)), st.integers(0, 80))
def test_e1_no_event_gives_more_than_its_cap_leaves(each: int, quantity: int, cap: int | None, before: int) -> None:
    points = points_for(an_event(quantity=quantity), EarningRule("game.level", each, daily_cap=cap), before)

    assert 0 <= points <= each * quantity
    assert cap is None or points + before <= max(cap, before)
