"""Where the simulator's own templates and static files lie: beside the package when installed, else in the checkout."""

from pathlib import Path
from typing import Final

PACKAGE: Final = Path(__file__).resolve().parent


def _folder(kind: str) -> Path:
    installed = PACKAGE / kind
    return installed if installed.is_dir() else PACKAGE.parent / kind / PACKAGE.name


TEMPLATES: Final = _folder("templates")
STATIC: Final = _folder("static")
