"""The data of each page of the sign-in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """Why somebody signs in: for a client's pending request, or to go on to a page of the shop."""

    request: str = ""
    then: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInPage:
    """`problem` is a word for what went wrong (`wrong-password`), or empty."""

    errand: Errand
    app: str = ""
    email: str = ""
    problem: str = ""
    embedded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterPage:
    """What was typed comes back after a problem, but for the password."""

    errand: Errand
    app: str = ""
    name: str = ""
    email: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OneTimeCodePage:
    """`message` is the simulated text message, shown because there is no phone to get it."""

    errand: Errand
    message: str
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedDatum:
    """One scope on the consent page, with the values that it gives away."""

    scope: str
    label: str
    value: str
    optional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentPage:
    """What the client would learn."""

    request: str
    app: str
    account: str
    asked: tuple[AskedDatum, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WebviewRefusedPage:
    """The address at which the same request goes on in a browser."""

    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedPage:
    """The account that is locked."""

    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorPage:
    """A page instead of a redirect; `details` are the parameters as they came."""

    summary: str
    details: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DevicePage:
    """The form for a device's code; `app` once the device is signed in."""

    app: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppsPage:
    """The apps that the person agreed to: id and name of each."""

    apps: tuple[tuple[str, str], ...]
