"""The people who have an account: who they are, how a sign-in of theirs ends, and on which browsers they are."""

import hashlib
import hmac
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from simulator.fake_amazon.mint import Mint
from simulator.fake_amazon.settings import Settings


class EmailTaken(Exception):
    """There is an account of that e-mail address already."""


class SignInResult(StrEnum):
    """How an attempt to sign in ended."""

    SIGNED_IN = "signed-in"
    WRONG_PASSWORD = "wrong-password"  # noqa: S105 - a result, not a secret
    UNKNOWN_EMAIL = "unknown-email"
    LOCKED = "locked"
    ONE_TIME_CODE = "one-time-code"


@dataclass(slots=True, kw_only=True)
class Account:
    """One person's account. `blocked` refuses credit; `locked` refuses the sign-in."""

    user_id: str
    email: str
    password_digest: str
    name: str
    postal_code: str = "98109"
    country: str = "US"
    prime: bool = False
    one_time_code: bool = False
    locked: bool = False
    blocked: bool = False
    wrong_passwords: int = 0

    @property
    def first_name(self) -> str:
        """What the pages greet with."""
        return self.name.split()[0] if self.name.split() else self.email


@dataclass(slots=True)
class Browser:
    """What one browser's cookie stands for: who is signed in, or who still owes a one-time code."""

    key: str
    user_id: str | None = None
    owing: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A text message or e-mail that Amazon would have sent."""

    at: datetime
    to: str
    text: str
    code: str


@dataclass(slots=True)
class Accounts:
    """All accounts and browsers of one world."""

    mint: Mint
    settings: Callable[[], Settings]
    now: Callable[[], datetime]
    messages: list[Message] = field(default_factory=list)
    _by_email: dict[str, Account] = field(default_factory=dict)
    _by_id: dict[str, Account] = field(default_factory=dict)
    _browsers: dict[str, Browser] = field(default_factory=dict)

    def add(  # noqa: PLR0913 - a person has these
        self,
        email: str,
        password: str,
        name: str,
        *,
        user_id: str | None = None,
        postal_code: str = "98109",
        country: str = "US",
        prime: bool = False,
    ) -> Account:
        """A new account. Raises EmailTaken."""
        if self.by_email(email) is not None:
            raise EmailTaken(email)
        account = Account(
            user_id=user_id or self.mint.account_id(),
            email=email.strip(),
            password_digest=_digest(password),
            name=name.strip(),
            postal_code=postal_code,
            country=country,
            prime=prime,
        )
        self._by_email[_folded(email)] = account
        self._by_id[account.user_id] = account
        return account

    def by_email(self, email: str) -> Account | None:
        """The account of an e-mail address, in any case of letters."""
        return self._by_email.get(_folded(email))

    def by_id(self, user_id: str | None) -> Account | None:
        """The account of a `user_id`."""
        return None if user_id is None else self._by_id.get(user_id)

    def __iter__(self) -> Iterator[Account]:
        return iter(self._by_id.values())

    def browser(self, key: str | None) -> Browser | None:
        """What a cookie stands for; None for none or an unknown one."""
        return None if key is None else self._browsers.get(key)

    def new_browser(self) -> Browser:
        """A browser that nobody is signed in on yet; its key goes into the cookie."""
        browser = Browser(self.mint.word("browser", 32))
        self._browsers[browser.key] = browser
        return browser

    def sign_in(self, browser: Browser, email: str, password: str) -> SignInResult:
        """Check a password. A run of wrong ones locks the account; some accounts owe a one-time code as well."""
        account = self.by_email(email)
        if account is None:
            return SignInResult.UNKNOWN_EMAIL
        if account.locked:
            return SignInResult.LOCKED
        if not hmac.compare_digest(account.password_digest, _digest(password)):
            return self._count_wrong(account)
        account.wrong_passwords = 0
        if account.one_time_code:
            self.owe_code(browser, account, "Your sign-in code")
            return SignInResult.ONE_TIME_CODE
        browser.user_id = account.user_id
        return SignInResult.SIGNED_IN

    def owe_code(self, browser: Browser, account: Account, subject: str) -> None:
        """Send a one-time code, without which the browser is not signed in."""
        browser.user_id, browser.owing, browser.code = None, account.user_id, self.mint.one_time_code()
        text = f"{subject} (simulation): {browser.code}"
        self.messages.append(Message(self.now(), account.email, text, browser.code))

    def enter_code(self, browser: Browser, code: str) -> SignInResult:
        """The second step of a sign-in; wrong codes count like wrong passwords."""
        account = self.by_id(browser.owing)
        if account is None or account.locked:
            return SignInResult.LOCKED
        if browser.code is None or not hmac.compare_digest(browser.code.encode(), code.strip().encode()):
            return self._count_wrong(account)
        account.wrong_passwords = 0
        browser.user_id, browser.owing, browser.code = account.user_id, None, None
        return SignInResult.SIGNED_IN

    def sign_out(self, key: str | None) -> None:
        """Forget a browser."""
        if key is not None:
            self._browsers.pop(key, None)

    def _count_wrong(self, account: Account) -> SignInResult:
        account.wrong_passwords += 1
        if account.wrong_passwords >= self.settings().wrong_passwords_until_locked:
            account.locked = True
            return SignInResult.LOCKED
        return SignInResult.WRONG_PASSWORD


def _folded(email: str) -> str:
    return email.strip().casefold()


def _digest(password: str) -> str:
    """Enough for a simulation, which keeps everything in memory: no dump of it shows a password."""
    return hashlib.blake2b(password.encode(), person=b"fake-amazon").hexdigest()
