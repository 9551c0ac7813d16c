from hypothesis import given
from hypothesis import strategies as st

from redeem_app.web.accent import (
    BLACK,
    WHITE,
    Colour,
    colour,
    contrast,
    shades,
)

accents = st.from_regex(r"#[0-9a-f]{6}", fullmatch=True)


def test_contrast_is_the_one_of_wcag() -> None:
    assert round(contrast(BLACK, WHITE), 2) == 21
    assert round(contrast(Colour(0x77, 0x77, 0x77), WHITE), 2) == 4.48


@given(accents, st.booleans())
def test_any_accent_is_readable_as_button_and_as_text_in_both_themes(accent: str, dark: bool) -> None:  # noqa: FBT001 - hypothesis passes it by position
    of = shades(accent, dark=dark)

    assert contrast(of.fill, of.on_fill) >= 4.5
    assert contrast(of.fill, of.surface) >= 3
    assert contrast(of.fill, of.wash) >= 3
    assert contrast(of.line, of.surface) >= 4.5
    assert contrast(of.line, of.wash) >= 4.5


def test_a_strong_accent_stays_as_it_is() -> None:
    assert str(shades("#1f5eff", dark=False).fill) == "#1f5eff"


def test_a_colour_that_is_none_gives_the_default() -> None:
    assert colour("red; background:url(x)") == colour("#1f5eff")
