"""The README's pictures show the pages as they are; `python -m tests.pages.readme_pictures` takes them anew."""

import json

import pytest

from tests.pages.readme_pictures import FOLDER, MADE_FROM, MOST_BYTES, made_from


@pytest.fixture(scope="module")
def recorded() -> dict[str, str]:
    return dict(json.loads(MADE_FROM.read_text("utf-8")))


def test_every_picture_was_taken_of_the_page_as_it_is(recorded: dict[str, str]) -> None:
    assert recorded == made_from(), "take them anew: python -m tests.pages.readme_pictures"


def test_the_pictures_are_there_and_light(recorded: dict[str, str]) -> None:
    sizes = {path.stem: path.stat().st_size for path in FOLDER.glob("*.webp")}

    assert set(sizes) == set(recorded)
    assert sum(sizes.values()) <= MOST_BYTES
