"""Where templates and static files lie: beside the package in an installed wheel, else at the top of the checkout."""

from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).resolve().parent.parent


def _folder(kind: str) -> Path:
    installed = _PACKAGE / kind
    return installed if installed.is_dir() else _PACKAGE.parent / kind / _PACKAGE.name


TEMPLATES: Final = _folder("templates")
STATIC: Final = _folder("static")
TRANSLATIONS: Final = Path(__file__).resolve().parent / "translations"
