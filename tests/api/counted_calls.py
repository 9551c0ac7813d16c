"""A limit of calls that a test sets."""

from redeem_app.domain.limits import LimitUnavailable, Rate


class CountedCalls:
    """Lets `left` calls of one rate through, or can't count."""

    is_in_records = False

    def __init__(self, rate: Rate, left: int | None) -> None:
        self._rate = rate
        self.left = left
        self.names: list[str] = []

    def admits(self, name: str, rate: Rate) -> bool:
        if self.left is None:
            raise LimitUnavailable("gone")
        assert rate == self._rate
        self.names.append(name)
        self.left -= 1
        return self.left >= 0
