import flask

from redeem_app.web.pages import PreviewPage
from tests.pages.page_builders import A_LINK


def test_a_robot_gets_a_card_that_tells_nothing_of_the_reward(pages_app: flask.Flask) -> None:
    with pages_app.test_request_context(headers={"Accept-Language": "en"}):
        html = flask.render_template("preview.html", page=PreviewPage(A_LINK))

    assert 'data-page="preview"' in html
    assert '<meta property="og:title" content="A link to a reward">' in html
    for told in ("Starlight", "Amazon", "$", "headphones", "<form", "<script", "og:image"):
        assert told not in html


def test_a_person_taken_for_a_robot_can_go_on(pages_app: flask.Flask) -> None:
    with pages_app.test_request_context("/?lang=de"):
        html = flask.render_template("preview.html", page=PreviewPage(A_LINK))

    assert f'href="/r/{A_LINK}?open=page&amp;lang=de"' in html
