"""What an operator asks before going live: do keys, hosts, return address and clock fit Amazon's side?

Nothing is spent and nobody is signed in: the funds are read, the sign-in page is opened as a stranger's browser would,
and a made-up authorization code is exchanged, which Amazon refuses as such only after it has accepted id and secret.
"""

import re
import secrets
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qs, urlsplit

from redeem_app.adapters.amazon_hosts import AmazonHosts
from redeem_app.adapters.amazon_http import Answer, CallFailed
from redeem_app.adapters.amazon_incentives import Incentives
from redeem_app.adapters.amazon_sign_in import LoginWithAmazon
from redeem_app.adapters.findings import Finding, Level
from redeem_app.domain.ports import Clock, DeliveryFailed, DeliveryProblem, SignInFailed, SignInProblem

SKEW_REFUSED: Final = timedelta(minutes=5)
"""AWS refuses signatures that are further off than this."""

SKEW_TOLD: Final = timedelta(seconds=30)

_PARTNER_ID: Final = re.compile(r"[A-Z][a-z]{4}")


def check_amazon(sign_in: LoginWithAmazon, incentives: Incentives, clock: Clock) -> list[Finding]:
    """Ask Amazon everything that can be asked without spending; about three calls, at most half a minute."""
    page = _sign_in_page(sign_in)
    findings = [
        _hosts(sign_in.hosts),
        _return_address(sign_in),
        _sign_in_page_finding(sign_in, page),
        _client(sign_in),
        _partner_id(incentives),
        _funds(incentives),
        _clock(page, clock.now()),
    ]
    return [finding for finding in findings if finding is not None]


def _hosts(hosts: AmazonHosts) -> Finding:
    if hosts.is_real():
        return Finding(Level.OK, "hosts", f"Amazon's own: {hosts.authorize}, {hosts.api}, {hosts.incentives}.")
    return Finding(Level.WARN, "hosts", f"{hosts.api} is a fake Amazon: nobody gets anything of value.")


def _return_address(sign_in: LoginWithAmazon) -> Finding | None:
    """Amazon takes https only, but for http on `localhost`; a fake Amazon on this machine is not that strict."""
    parts = urlsplit(sign_in.redirect_uri)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname == "localhost"):
        return None
    if not sign_in.hosts.is_real():
        return None
    return Finding(
        Level.FAIL, "return address", f"{sign_in.redirect_uri} is not https; Amazon will not send anyone there."
    )


def _sign_in_page(sign_in: LoginWithAmazon) -> Answer | str:
    address = sign_in.address(state=secrets.token_urlsafe(16), code_verifier=secrets.token_urlsafe(48))
    try:
        return sign_in.http.send("GET", address, headers={"accept": "text/html"})
    except CallFailed as fault:
        return str(fault)


def _sign_in_page_finding(sign_in: LoginWithAmazon, page: Answer | str) -> Finding:
    about = "sign-in page"
    if isinstance(page, str):
        return Finding(Level.FAIL, about, f"It can't be reached: {page}.")
    if page.status == HTTPStatus.BAD_REQUEST:
        advice = f"allow the return address {sign_in.redirect_uri} in the security profile, and compare the client id"
        return Finding(Level.FAIL, about, f"Amazon refuses to show it; {advice}.")
    if error := _error_sent_back(sign_in, page):
        return Finding(Level.FAIL, about, f"Amazon sends people straight back with the error {error}.")
    if page.status < HTTPStatus.BAD_REQUEST:
        return Finding(Level.OK, about, f"Amazon shows it, and will send people back to {sign_in.redirect_uri}.")
    return Finding(Level.WARN, about, f"Amazon answered {page.status}; open the address in a browser to see why.")


def _error_sent_back(sign_in: LoginWithAmazon, page: Answer) -> str:
    location = page.headers.get("location", "")
    if not location.startswith(sign_in.redirect_uri):
        return ""
    return parse_qs(urlsplit(location).query).get("error", [""])[0]


def _client(sign_in: LoginWithAmazon) -> Finding:
    about = "client id and secret"
    try:
        sign_in.account(code="AN" + secrets.token_hex(10), code_verifier=secrets.token_urlsafe(48))
    except SignInFailed as failure:
        if failure.problem is SignInProblem.LOST:
            return Finding(Level.OK, about, "Amazon accepts them.")
        if failure.problem is SignInProblem.MISCONFIGURED:
            return Finding(
                Level.FAIL, about, f"Amazon refuses them ({failure.detail}); compare them with the security profile."
            )
        return Finding(Level.FAIL, about, f"Amazon did not say ({failure.detail}); try again.")
    return Finding(Level.FAIL, about, f"{sign_in.hosts.token_url} accepts a code that was made up; this is not Amazon.")


def _partner_id(incentives: Incentives) -> Finding | None:
    if _PARTNER_ID.fullmatch(incentives.partner_id):
        return None
    sentence = f"{incentives.partner_id!r} looks wrong: Amazon's have one capital letter and four small ones."
    return Finding(Level.WARN, "partner id", sentence)


def _funds(incentives: Incentives) -> Finding:
    about = "gift-card account"
    try:
        funds = incentives.available_funds()
    except DeliveryFailed as failure:
        advice = _ADVICE.get(failure.problem, "try again")
        return Finding(Level.FAIL, about, f"Amazon does not tell its funds ({failure.detail}); {advice}.")
    if funds.amount <= 0:
        return Finding(Level.WARN, about, f"Its keys are good, and it holds {funds}: no reward can be delivered.")
    return Finding(Level.OK, about, f"Its keys are good, and it holds {funds}.")


_ADVICE: Final = {
    DeliveryProblem.PARTNER_BLOCKED: "compare both keys, the partner id and the region, and ask the account manager",
    DeliveryProblem.INVALID: "compare the partner id",
    DeliveryProblem.THROTTLED: "wait a few seconds and try again",
}


def _clock(page: Answer | str, ours: datetime) -> Finding:
    about = "clock"
    theirs = None if isinstance(page, str) else _moment(page.headers.get("date", ""))
    if theirs is None:
        return Finding(Level.WARN, about, "Amazon did not tell the time, so the clock could not be compared.")
    skew = abs(ours - theirs)
    told = f"It differs from Amazon's by {skew.total_seconds():.0f} s"
    if skew > SKEW_REFUSED:
        return Finding(Level.FAIL, about, f"{told}; Amazon refuses signatures that are so far off. Set it by NTP.")
    if skew > SKEW_TOLD:
        return Finding(Level.WARN, about, f"{told}; set it by NTP.")
    return Finding(Level.OK, about, f"{told}.")


def _moment(http_date: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(http_date)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
