from redeem_app.adapters.amazon_back_off import BackOff
from tests.amazon.wire import Waits


def test_waits_double_and_are_jittered() -> None:
    waits = Waits()
    chances = iter([0.0, 1.0])

    rounds = list(BackOff(tries=3, first=0.2, sleep=waits, chance=lambda: next(chances)).rounds())

    assert rounds == [0, 1, 2]
    assert waits.seconds == [0.1, 0.2 * 2 * 1.5]


def test_no_round_begins_when_time_is_over() -> None:
    now = [0.0]
    rounds = BackOff(tries=3, within=4, sleep=Waits(), steady=lambda: now[0], chance=lambda: 0.5).rounds()

    next(rounds)
    now[0] = 3.9

    assert list(rounds) == []
