"""Where Amazon sends people back to; apart from the views, so that a command can know it without them."""

from typing import Final

SIGN_IN_RETURN: Final = "/reward/sign-in/return"
"""The path that is registered at Amazon as the return address."""
