"""Ids of links and rewards: in the order in which they were made, and not to be guessed."""

import re
import time

from redeem_app.operating import new_id_in_order


def test_ids_are_different_and_of_the_form_that_fits_a_link_and_the_partner() -> None:
    ids = [new_id_in_order() for _ in range(1_000)]

    assert len({made[12:] for made in ids}) == len(ids)
    assert all(re.fullmatch("[0-9a-f]{32}", made) for made in ids)


def test_later_ones_come_after_earlier_ones() -> None:
    before = new_id_in_order()
    began = time.time_ns() // 1_000_000
    while time.time_ns() // 1_000_000 == began:
        pass

    assert before < new_id_in_order()
