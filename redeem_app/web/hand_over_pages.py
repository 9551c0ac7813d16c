"""What the pages of a hand-over are given: the view that waits, and the browser's question."""

from dataclasses import dataclass

import segno

from redeem_app.domain.hand_over import Progress
from redeem_app.web.pages import Frame


@dataclass(frozen=True, slots=True)
class HandOverPage:
    """The view that waits: the number, and three ways to the browser."""

    frame: Frame
    link: str
    item: str
    size: str
    state: Progress
    ticket: str
    """For the page's script; see HandOverSession."""
    number: str
    address: str
    """What the browser is to open; empty once there is nothing to open any more."""

    @property
    def qr_code(self) -> str:
        """The address as SVG, dark on light in every theme, without inline style."""
        return segno.make(self.address, error="m").svg_inline(
            border=3, dark="#000", light="#fff", omitsize=True, svgclass="qr", lineclass=None
        )


@dataclass(frozen=True, slots=True)
class NumberPage:
    """The browser's question: which number does the app show?"""

    frame: Frame
    code: str
    numbers: tuple[str, ...]
