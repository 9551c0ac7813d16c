import base64
import io

import pytest
from PIL import Image

from redeem_app.adapters.banner_images import (
    MOST_BYTES,
    MOST_INLINE_BYTES,
    WIDTHS,
    BannerRejected,
    DerivedBanner,
    check,
    derive,
)
from tests.pages.artwork import a_banner_file, noise_file, plain_banner_file


@pytest.fixture(scope="module")
def derived() -> DerivedBanner:
    return derive(a_banner_file())


def test_p2_a_banner_becomes_three_formats_in_four_widths_of_at_most_thirty_kilobytes(derived: DerivedBanner) -> None:
    made = [(image.media_type, image.width) for image in derived.images]

    assert made == [(kind, width) for kind in ("image/avif", "image/webp", "image/jpeg") for width in WIDTHS]
    assert all(len(image.content) <= MOST_BYTES for image in derived.images)


def test_each_file_is_what_its_name_says(derived: DerivedBanner) -> None:
    for image in derived.images:
        opened = Image.open(io.BytesIO(image.content))

        assert opened.get_format_mimetype() == image.media_type
        assert opened.size == (image.width, round(image.width / 5))
        assert image.name.startswith(f"banner-{image.width}.")


def test_the_inline_picture_is_small_and_as_wide_as_a_phone(derived: DerivedBanner) -> None:
    head, encoded = derived.inline.split(",")
    content = base64.b64decode(encoded)

    assert head == "data:image/avif;base64"
    assert len(content) <= MOST_INLINE_BYTES
    assert Image.open(io.BytesIO(content)).size == (440, 88)


def test_the_same_banner_gives_the_same_names_and_another_one_others() -> None:
    one, again, other = (derive(plain_banner_file(colour)) for colour in ("navy", "navy", "teal"))

    assert again == one
    assert not {image.name for image in other.images} & {image.name for image in one.images}


def test_a_picture_too_heavy_at_any_quality_stays_within_the_limits() -> None:
    derived = derive(noise_file())

    assert derived.images
    assert all(len(image.content) <= MOST_BYTES for image in derived.images)
    assert len(derived.inline) < MOST_INLINE_BYTES * 1.4


def test_a_transparent_banner_lies_on_white() -> None:
    image = derive(plain_banner_file("#ff000000")).images[-1]

    assert Image.open(io.BytesIO(image.content)).convert("RGB").getpixel((5, 5)) == (255, 255, 255)


def test_p2_another_size_is_refused_with_what_would_be_right() -> None:
    with pytest.raises(BannerRejected, match=r"is 1500 x 300 pixels; it has to be exactly 3000 x 600"):
        check(a_banner_file(size=(1500, 300)))


@pytest.mark.parametrize(
    "content",
    [b"", b"not a picture", b"<svg xmlns='http://www.w3.org/2000/svg'/>", a_banner_file(file_format="GIF")],
    ids=["empty", "text", "svg", "gif"],
)
def test_what_is_no_picture_of_the_accepted_kinds_is_refused(content: bytes) -> None:
    with pytest.raises(BannerRejected, match="no picture in PNG, JPEG, WebP"):
        derive(content)


def test_a_file_that_ends_early_is_refused() -> None:
    whole = a_banner_file(file_format="JPEG")

    with pytest.raises(BannerRejected, match="damaged"):
        derive(whole[: len(whole) // 2])
