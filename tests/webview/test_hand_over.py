"""The hand-over from an app's view to the system browser, over HTTP: the way itself, and the threats against it.

The threats have the numbers of docs/embedding.md.
"""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import flask
import pytest

from redeem_app.domain.campaign_states import CampaignMove
from redeem_app.domain.ids import CampaignId
from tests.campaign_builders import NOW, a_campaign
from tests.service_under_test import ServiceUnderTest
from tests.webview.conftest import RETURN_LINK, a_live_app
from tests.webview.on_a_phone import (
    ANDROID_VIEW,
    MOBILE_CHROME,
    Phone,
    Screen,
    a_reward_link,
    address_of,
    csrf_of,
    main_of,
    number_of,
)


def test_the_view_waits_while_the_browser_signs_in_and_applies(phone: Phone, under_test: ServiceUnderTest) -> None:
    waiting = phone.hands_over()
    to_amazon = phone.names(number_of(waiting), address_of(waiting))
    confirm = phone.signs_in(to_amazon)
    opened = phone.view.opens(phone.link)
    applied = phone.applies()
    told = phone.view.opens(phone.link)

    assert (main_of(waiting)["page"], main_of(waiting)["state"]) == ("hand-over", "waiting")
    assert to_amazon.location.startswith("https://amazon.example/")
    assert main_of(confirm)["page"] == "confirm"
    assert (main_of(opened)["page"], main_of(opened)["state"]) == ("hand-over", "opened")
    assert main_of(applied)["page"] == "applied"
    assert main_of(told)["page"] == "applied"
    assert len(under_test.delivery.applied) == 1


def test_progress_tells_each_step(phone: Phone) -> None:
    told = [phone.progress()]
    waiting = phone.hands_over()
    told.append(phone.progress())
    to_amazon = phone.names(number_of(waiting), address_of(waiting))
    told.append(phone.progress())
    phone.signs_in(to_amazon)
    told.append(phone.progress())
    phone.applies()
    told.append(phone.progress())

    assert told == ["offer", "waiting", "opened", "opened", "applied"]


def test_a_view_that_says_nothing_of_a_bridge_is_handed_over_all_the_same(phone: Phone) -> None:
    pressed = phone.view.sends("/reward/sign-in", link=phone.token, item="lamp")

    waiting = phone.view.follows(pressed)

    assert urlsplit(pressed.location).path == phone.link
    assert main_of(waiting)["page"] == "hand-over"


def test_a_frame_hands_over_because_amazon_is_never_framed(phone: Phone) -> None:
    phone.app.config["SESSION_COOKIE_SECURE"] = True
    phone.view = Screen(phone.app, MOBILE_CHROME, headers={"Sec-Fetch-Dest": "iframe"})

    pressed = phone.view.sends("/reward/sign-in", link=phone.token, item="lamp")

    assert urlsplit(pressed.location).path == phone.link
    assert "Partitioned" in pressed.headers["Set-Cookie"]


def test_a_frame_on_plain_http_keeps_no_cookie_and_waits_at_once(phone: Phone) -> None:
    phone.view = Screen(phone.app, MOBILE_CHROME, headers={"Sec-Fetch-Dest": "iframe"})

    waiting = phone.view.sends("/reward/sign-in", link=phone.token, item="lamp")

    assert (waiting.status_code, main_of(waiting)["page"]) == (200, "hand-over")


def test_a_mobile_browser_goes_straight_to_amazon(phone: Phone) -> None:
    pressed = phone.browser.sends("/reward/sign-in", link=phone.token, item="lamp")

    assert pressed.location.startswith("https://amazon.example/")


def test_a_browser_that_looks_like_a_view_still_gets_there(phone: Phone) -> None:
    phone.browser = phone.view

    applied = phone.goes_the_whole_way()

    assert main_of(applied)["page"] == "applied"


def test_another_account_can_be_used_in_a_browser_that_looks_like_a_view(phone: Phone) -> None:
    phone.browser = phone.view
    waiting = phone.hands_over()
    phone.signs_in(phone.names(number_of(waiting), address_of(waiting)))

    again = phone.browser.sends("/reward/sign-in", link=phone.token, item="lamp")

    assert again.location.startswith("https://amazon.example/")


def test_a_container_without_cookies_shows_its_ticket_instead(phone: Phone) -> None:
    phone.view = Screen(phone.app, ANDROID_VIEW, keeps_cookies=False)
    waiting = phone.hands_over(inline="view")
    phone.view.headers["X-Hand-Over"] = main_of(waiting)["ticket"]
    phone.signs_in(phone.names(number_of(waiting), address_of(waiting)))
    phone.applies()

    told = phone.view.opens(phone.link)

    assert main_of(told)["page"] == "applied"
    assert phone.progress(main_of(waiting)["ticket"]) == "applied"


def test_a_view_that_lost_its_cookies_learns_no_more_than_anybody(phone: Phone) -> None:
    phone.goes_the_whole_way()
    phone.view = Screen(phone.app, ANDROID_VIEW)

    told = phone.view.opens(phone.link)

    assert main_of(told)["page"] == "offer"
    assert phone.progress("") == "offer"


def test_v1_a_view_hands_a_used_reward_over_like_any_other_and_is_told_what_its_browser_is(phone: Phone) -> None:
    phone.goes_the_whole_way()
    stranger = Phone(phone.app, phone.link)

    waiting = stranger.hands_over()
    stopped = stranger.view.follows(stranger.view.sends("/reward/hand-over/stop", link=phone.token))
    again = stranger.hands_over()
    ticket = main_of(again)["ticket"]
    before = stranger.progress(ticket)
    told = stranger.signs_in(stranger.names(number_of(again), address_of(again)), "bob")

    assert (main_of(waiting)["page"], main_of(stopped)["page"], before) == ("hand-over", "offer", "waiting")
    assert main_of(told)["reason"] == "reward-used"
    assert stranger.progress(ticket) == "refused"


def test_a_view_is_told_neither_account_nor_code_because_an_app_can_read_its_view(
    phone_with_claim_codes: Phone,
) -> None:
    phone = phone_with_claim_codes

    in_browser = phone.goes_the_whole_way()
    in_view = phone.view.opens(phone.link)

    assert "CODE-" in in_browser.text
    assert "a•••@" in in_browser.text
    assert main_of(in_view)["page"] == "applied"
    assert "CODE-" not in in_view.text
    assert "a•••@" not in in_view.text
    assert 'data-act="product"' not in in_view.text


def test_opening_the_address_changes_nothing(phone: Phone, under_test: ServiceUnderTest) -> None:
    waiting = phone.hands_over()

    for _ in range(3):
        robot = Screen(phone.app, "Slackbot-LinkExpanding 1.0")
        assert robot.opens(address_of(waiting)).status_code == 200
        robot.client.head(address_of(waiting))

    assert phone.progress() == "waiting"
    assert phone.names(number_of(waiting), address_of(waiting)).location.startswith("https://amazon.example/")
    assert under_test.delivery.asked == []


def test_the_browser_may_reload_or_come_back_to_the_address(phone: Phone) -> None:
    waiting = phone.hands_over()
    phone.names(number_of(waiting), address_of(waiting))

    again = phone.browser.opens(address_of(waiting))

    assert (again.status_code, again.location) == (303, phone.link)


def test_a_refused_sign_in_leaves_the_reward_and_the_way_back(phone: Phone) -> None:
    waiting = phone.hands_over()
    to_amazon = phone.names(number_of(waiting), address_of(waiting))

    refused = phone.signs_in(to_amazon, error="access_denied")

    assert (main_of(refused)["page"], main_of(refused)["notice"]) == ("offer", "sign-in-refused")
    assert f'href="{RETURN_LINK}"' in refused.text


def test_a_new_hand_over_ends_the_one_before(phone: Phone) -> None:
    first = phone.hands_over()
    second = phone.hands_over()

    assert phone.browser.opens(address_of(first)).status_code == 410
    assert phone.browser.opens(address_of(second)).status_code == 200


def test_whoever_lost_the_browser_that_had_taken_over_begins_again_in_the_view(phone: Phone) -> None:
    waiting = phone.hands_over()
    phone.names(number_of(waiting), address_of(waiting))
    opened = phone.view.opens(phone.link)

    assert 'data-act="sign-in"' in opened.text
    again = phone.hands_over()

    assert main_of(again)["state"] == "waiting"
    assert address_of(again) != address_of(waiting)


def test_the_address_opens_for_ten_minutes(phone: Phone, under_test: ServiceUnderTest) -> None:
    waiting = phone.hands_over()
    under_test.clock.advance(minutes=10, seconds=1)

    late = phone.browser.opens(address_of(waiting))

    assert (late.status_code, main_of(late)["reason"]) == (410, "hand-over-ended")
    assert main_of(phone.view.opens(phone.link))["state"] == "over"


def test_whoever_takes_over_has_an_hour_and_then_the_view_can_begin_again(
    phone: Phone, under_test: ServiceUnderTest
) -> None:
    waiting = phone.hands_over()
    phone.names(number_of(waiting), address_of(waiting))
    under_test.clock.advance(hours=1, seconds=1)

    over = phone.view.opens(phone.link)
    again = phone.hands_over()

    assert main_of(over)["state"] == "over"
    assert main_of(again)["state"] == "waiting"


def test_c1_a_test_link_hands_nothing_over(under_test: ServiceUnderTest) -> None:
    app = a_live_app(under_test, a_campaign(starts_at=NOW + timedelta(days=1)))
    phone = Phone(app, a_reward_link(app, under_test))

    answer = phone.view.sends("/reward/hand-over", link=phone.token, item="lamp")

    assert phone.token.startswith("test-")
    assert "notice=test-mode" in answer.location


def test_a_suspended_campaign_hands_nothing_over(phone: Phone, under_test: ServiceUnderTest) -> None:
    under_test.service.running.move(CampaignId("spring"), CampaignMove.SUSPEND)

    answer = phone.view.sends("/reward/hand-over", link=phone.token, item="lamp")

    assert main_of(answer)["reason"] == "campaign-suspended"


# Threats


def test_t1_a_stolen_link_without_the_number_attaches_nobody(phone: Phone, under_test: ServiceUnderTest) -> None:
    waiting = phone.hands_over()
    thief = Screen(phone.app, MOBILE_CHROME)
    asked = thief.opens(address_of(waiting))
    offered = re.findall(r'name="number" value="(\d+)"', asked.text)
    guess = next(number for number in offered if number != number_of(waiting))

    first = thief.sends(address_of(waiting), csrf_token=csrf_of(asked), number=guess)
    second = thief.sends(address_of(waiting), csrf_token=csrf_of(asked), number=number_of(waiting))

    assert len(set(offered)) == 9
    assert (first.status_code, main_of(first)["reason"]) == (403, "number-differs")
    assert (second.status_code, main_of(second)["reason"]) == (410, "hand-over-ended")
    assert main_of(phone.view.opens(phone.link))["state"] == "over"
    assert main_of(phone.goes_the_whole_way())["page"] == "applied"
    assert len(under_test.delivery.applied) == 1


def test_t1_looking_often_does_not_give_the_number_away(phone: Phone) -> None:
    waiting = phone.hands_over()

    looks = {tuple(re.findall(r'value="(\d\d)"', phone.browser.opens(address_of(waiting)).text)) for _ in range(4)}

    assert len(looks) == 1
    assert list(looks.pop()) == sorted(re.findall(r'value="(\d\d)"', phone.browser.opens(address_of(waiting)).text))


def test_t2_a_link_forwarded_after_use_leads_nowhere(phone: Phone) -> None:
    waiting = phone.hands_over()
    phone.names(number_of(waiting), address_of(waiting))
    friend = Screen(phone.app, MOBILE_CHROME)

    opened = friend.opens(address_of(waiting))

    assert (opened.status_code, main_of(opened)["reason"]) == (410, "hand-over-ended")
    assert phone.token not in opened.text


def test_t2_of_two_browsers_that_know_the_number_only_the_first_goes_on(phone: Phone) -> None:
    waiting = phone.hands_over()
    second = Screen(phone.app, MOBILE_CHROME)
    token = csrf_of(second.opens(address_of(waiting)))
    phone.names(number_of(waiting), address_of(waiting))

    late = second.sends(address_of(waiting), csrf_token=token, number=number_of(waiting))

    assert (late.status_code, main_of(late)["reason"]) == (410, "hand-over-ended")


def test_t3_another_site_can_not_name_the_number_for_a_person(phone: Phone) -> None:
    waiting = phone.hands_over()
    phone.app.testing = False

    forged = phone.browser.sends(address_of(waiting), number=number_of(waiting))

    assert (forged.status_code, main_of(forged)["reason"]) == (400, "form-expired")
    assert phone.progress() == "waiting"


def test_t3_another_site_can_not_begin_or_stop_a_hand_over(phone: Phone) -> None:
    phone.hands_over()
    phone.view.headers["Sec-Fetch-Site"] = "cross-site"

    begun = phone.view.sends("/reward/hand-over", link=phone.token, item="lamp")
    stopped = phone.view.sends("/reward/hand-over/stop", link=phone.token)
    del phone.view.headers["Sec-Fetch-Site"]

    assert (begun.status_code, stopped.status_code) == (400, 400)
    assert phone.progress() == "waiting"


def test_t4_whoever_lures_a_person_into_signing_in_learns_neither_account_nor_code(
    phone: Phone, under_test: ServiceUnderTest
) -> None:
    lured = Screen(phone.app, MOBILE_CHROME)
    waiting = phone.hands_over()  # the attacker's view, with the attacker's own reward
    phone.browser = lured
    phone.signs_in(phone.names(number_of(waiting), address_of(waiting)), account="victim")

    before = phone.view.opens(phone.link)
    forged = phone.view.sends("/reward/apply", link=phone.token, item="lamp", csrf_token="x")
    phone.applies()
    after = phone.view.opens(phone.link)

    assert main_of(before)["page"] == "hand-over"
    assert forged.status_code in {303, 400}
    assert "v•••@" not in before.text + after.text
    [request] = under_test.delivery.applied.values()
    assert request.account_id == "amzn1.account.victim"  # the reward is the person's who pressed the button


def test_t4_the_view_can_not_apply_with_the_browsers_account(phone: Phone, under_test: ServiceUnderTest) -> None:
    phone.app.config["WTF_CSRF_ENABLED"] = False
    waiting = phone.hands_over()
    phone.signs_in(phone.names(number_of(waiting), address_of(waiting)))

    tried = phone.view.sends("/reward/apply", link=phone.token, item="lamp")

    assert "sign-in-needed" in tried.location
    assert under_test.delivery.asked == []


def test_t5_the_person_sees_a_takeover_and_stops_it(phone: Phone, under_test: ServiceUnderTest) -> None:
    waiting = phone.hands_over()
    thief = Screen(phone.app, MOBILE_CHROME)
    to_amazon = phone.names(number_of(waiting), address_of(waiting), browser=thief)
    seen = phone.view.opens(phone.link)
    phone.view.sends("/reward/hand-over/stop", link=phone.token)
    phone.browser, person = thief, phone.browser
    state = re.search(r"state=([^&]+)", to_amazon.location)
    assert state
    back = thief.opens(f"/reward/sign-in/return?state={state[1]}&code=thief")
    phone.browser = person

    assert main_of(seen)["state"] == "opened"
    assert main_of(back)["reason"] == "sign-in-lost"
    assert phone.token not in back.text + str(back.headers)
    assert phone.progress() == "offer"
    assert main_of(phone.goes_the_whole_way())["page"] == "applied"
    [request] = under_test.delivery.applied.values()
    assert request.account_id == "amzn1.account.ann"


def test_t5_stopping_also_ends_a_finished_sign_in(phone: Phone, under_test: ServiceUnderTest) -> None:
    phone.app.config["WTF_CSRF_ENABLED"] = False
    waiting = phone.hands_over()
    phone.signs_in(phone.names(number_of(waiting), address_of(waiting)))
    phone.view.sends("/reward/hand-over/stop", link=phone.token)

    tried = phone.browser.sends("/reward/apply", link=phone.token, item="lamp")

    assert "sign-in-needed" in tried.location
    assert under_test.delivery.asked == []


def test_t5_nothing_is_stopped_once_the_reward_is_on_its_way(phone: Phone) -> None:
    phone.goes_the_whole_way()

    phone.view.sends("/reward/hand-over/stop", link=phone.token)

    assert main_of(phone.browser.opens(phone.link))["page"] == "applied"


def test_t6_a_ticket_of_one_reward_shows_nothing_of_another(
    phone: Phone, app: flask.Flask, under_test: ServiceUnderTest
) -> None:
    other = Phone(app, a_reward_link(app, under_test))
    ticket = main_of(phone.hands_over())["ticket"]
    other.goes_the_whole_way()

    answer = Screen(app, ANDROID_VIEW, headers={"X-Hand-Over": ticket}).opens(other.link)

    assert main_of(answer)["page"] == "offer"


def test_t6_the_link_to_the_browser_does_not_show_the_outcome(phone: Phone) -> None:
    waiting = phone.hands_over()
    code = address_of(waiting).rsplit("/", 1)[1]
    phone.signs_in(phone.names(number_of(waiting), address_of(waiting)))
    phone.applies()

    answer = Screen(phone.app, ANDROID_VIEW, headers={"X-Hand-Over": f"{code}.{code}"}).opens(phone.link)

    assert main_of(answer)["page"] == "offer"


def test_t7_the_database_holds_no_secret_of_a_hand_over(phone: Phone, under_test: ServiceUnderTest) -> None:
    ticket = main_of(phone.hands_over())["ticket"]

    rows = under_test.service.database.read(lambda connection: connection.rows("SELECT * FROM hand_overs"))

    assert len(rows) == 1
    for secret in ticket.split("."):
        assert secret not in str(rows)


def test_t8_the_question_is_never_framed_and_the_page_only_by_the_apps_sites(phone: Phone) -> None:
    waiting = phone.hands_over()

    page, question = phone.view.opens(phone.link), phone.browser.opens(address_of(waiting))

    assert "frame-ancestors https://hop.example;" in page.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in page.headers
    assert "frame-ancestors 'none'" in question.headers["Content-Security-Policy"]
    assert question.headers["X-Frame-Options"] == "DENY"


def test_old_hand_overs_are_forgotten(phone: Phone, under_test: ServiceUnderTest) -> None:
    phone.hands_over()
    under_test.clock.advance(days=1, seconds=1)
    phone.hands_over()

    rows = under_test.service.database.read(lambda connection: connection.rows("SELECT code_hash FROM hand_overs"))

    assert len(rows) == 1


@pytest.mark.parametrize("path", ["/h/nonsense", f"/h/{'x' * 300}"])
def test_an_unknown_code_is_told_plainly(app: flask.Flask, path: str) -> None:
    answer = Screen(app, MOBILE_CHROME).opens(path)

    assert (answer.status_code, main_of(answer)["reason"]) == (410, "hand-over-ended")


def test_a_link_that_leads_nowhere_hands_nothing_over(app: flask.Flask) -> None:
    answer = Screen(app, ANDROID_VIEW).sends("/reward/hand-over", link="nonsense", item="lamp")

    assert main_of(answer)["reason"] == "link-invalid"
