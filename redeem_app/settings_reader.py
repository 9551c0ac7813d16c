"""Reads settings as text, numbers, networks; what is wrong stops the reading with a sentence, or is collected."""

import ipaddress
from collections.abc import Mapping
from pathlib import Path
from typing import Final

PREFIX: Final = "REDEEM_"


class WrongSetting(Exception):
    """A sentence that says which setting is wrong and what to set."""


class Reader:
    """Reads `REDEEM_X`, or the file that `REDEEM_X_FILE` names."""

    def __init__(self, environment: Mapping[str, str], collected: list[str] | None = None) -> None:
        """With a list, sentences on what is wrong are added to it instead of raised, and defaults stand in."""
        self._environment = environment
        self._collected = collected

    def wrong(self, sentence: str) -> None:
        """Raise WrongSetting, or collect the sentence."""
        if self._collected is None:
            raise WrongSetting(sentence)
        self._collected.append(sentence)

    def text(self, name: str, default: str | None = None) -> str:
        """The value; `default` where it is not set, which is wrong where that is None."""
        key = PREFIX + name
        if path := self._environment.get(f"{key}_FILE"):
            try:
                return Path(path).read_text(encoding="utf-8").strip()
            except OSError as fault:
                self.wrong(f"{key}_FILE names {path}, which can't be read: {fault.strerror}.")
                return default or ""
        value = self._environment.get(key, "").strip() or default
        if value is None:
            self.wrong(f"{key} is not set. Set it, or put it in a file and name that in {key}_FILE.")
        return value or ""

    def path(self, name: str) -> Path | None:
        """A path; None where it is not set."""
        value = self.text(name, "")
        return Path(value) if value else None

    def one_of(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        """One of the words."""
        value = self.text(name, default)
        if value not in allowed:
            self.wrong(f"{PREFIX}{name} is {value!r}; it must be one of {', '.join(allowed)}.")
            return default
        return value

    def number(self, name: str, default: float, least: float = 0.0) -> float:
        """A number that is not less than `least`."""
        value = self.text(name, str(default))
        try:
            number = float(value)
        except ValueError:
            number = float("nan")
        if not least <= number < float("inf"):
            self.wrong(f"{PREFIX}{name} is {value!r}; it must be a number, {least:g} or more.")
            return default
        return number

    def whole(self, name: str, default: int, least: int = 1) -> int:
        """A whole number that is not less than `least`."""
        value = self.text(name, str(default))
        if not value.isdecimal() or int(value) < least:
            self.wrong(f"{PREFIX}{name} is {value!r}; it must be a whole number, {least} or more.")
            return default
        return int(value)

    def networks(self, name: str) -> tuple[str, ...]:
        """Networks in CIDR notation, separated by commas."""
        networks = tuple(part.strip() for part in self.text(name, "").split(",") if part.strip())
        return tuple(network for network in networks if self._is_network(name, network))

    def _is_network(self, name: str, network: str) -> bool:
        try:
            ipaddress.ip_network(network, strict=False)
        except ValueError:
            self.wrong(f"{PREFIX}{name} has {network!r}; write networks such as 10.0.0.0/8, separated by commas.")
            return False
        return True
