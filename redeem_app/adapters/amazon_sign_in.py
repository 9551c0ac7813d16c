"""Login with Amazon: the address to send a browser to, and the account behind the code that comes back.

Authorization-code flow with PKCE S256 (RFC 6749, RFC 7636), by Authlib's pieces; its ready-made clients are
not used, since they keep tokens. Here the access token lives in local variables of one call, and the
refresh token in none.
"""

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from redeem_app.adapters.amazon_accounts import account_in
from redeem_app.adapters.amazon_back_off import BackOff
from redeem_app.adapters.amazon_hosts import AmazonHosts
from redeem_app.adapters.amazon_http import AmazonHttp, Answer, CallFailed, NotSent
from redeem_app.adapters.amazon_json import Fields, fields_of, text_in
from redeem_app.adapters.amazon_sign_in_errors import Step, may_pass, problem_at
from redeem_app.domain.ports import Account, SignInFailed, SignInProblem

SCOPE: Final = "profile"
"""Account id, name and e-mail address; the last two only to make the masked label."""

SECONDS_ALLOWED: Final = 5.0

_FORM: Final = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}


@dataclass(frozen=True, kw_only=True)
class LoginWithAmazon:
    """Signs people in for one client id and one registered return address; safe to share between threads."""

    hosts: AmazonHosts
    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str
    http: AmazonHttp = field(default_factory=lambda: AmazonHttp(seconds_allowed=SECONDS_ALLOWED))
    back_off: BackOff = field(default_factory=lambda: BackOff(tries=2))

    def address(self, *, state: str, code_verifier: str, language: str | None = None) -> str:
        """The URL to send the browser to.

        Amazon documents no parameter for the language; `ui_locales` is OpenID Connect's, and OAuth servers
        ignore what they don't know.
        """
        address: str = prepare_grant_uri(
            self.hosts.authorize_url,
            client_id=self.client_id,
            response_type="code",
            redirect_uri=self.redirect_uri,
            scope=SCOPE,
            state=state,
            code_challenge=create_s256_code_challenge(code_verifier),  # type: ignore[no-untyped-call]
            code_challenge_method="S256",
            ui_locales=language,
        )
        return address

    def problem_of(self, error: str, description: str) -> SignInProblem:
        """What an `error` parameter on the return address means."""
        return problem_at(Step.AUTHORIZE, error, description)

    def account(self, *, code: str, code_verifier: str) -> Account:
        """Exchange the code, see that the token was issued to us, and read the profile. Raises SignInFailed."""
        token = self._exchanged(code, code_verifier)
        signed_in = self._holder_of(token)
        account = account_in(self._asked(Step.PROFILE, self.hosts.profile_url, token))
        if account is None or account.id != signed_in:
            raise SignInFailed(SignInProblem.UNAVAILABLE, "profile: it is not of the account that signed in")
        return account

    def _exchanged(self, code: str, code_verifier: str) -> str:
        """The access token for the code. A code is good once, so a request that may have arrived is not repeated."""
        body = prepare_token_request(
            "authorization_code",
            redirect_uri=self.redirect_uri,
            code=code,
            code_verifier=code_verifier,
            client_id=self.client_id,
            client_secret=self.client_secret,
        )
        fields = self._fields(Step.TOKEN, self._sent_once(body.encode()))
        token = text_in(fields, "access_token")
        if not token or not token.isascii() or not token.isprintable():
            raise SignInFailed(SignInProblem.UNAVAILABLE, "token: no access token in the answer")
        return token

    def _sent_once(self, body: bytes) -> Answer:
        fault = ""
        for _ in self.back_off.rounds():
            try:
                return self.http.send("POST", self.hosts.token_url, headers=_FORM, content=body)
            except NotSent as unsent:
                fault = str(unsent)
            except CallFailed as unanswered:
                fault = str(unanswered)
                break
        raise SignInFailed(SignInProblem.UNAVAILABLE, f"token: {fault}")

    def _holder_of(self, token: str) -> str:
        """The account id that the token speaks for, once it is sure that it was issued to this client."""
        fields = self._asked(Step.TOKEN_INFO, self.hosts.token_info_url, token)
        if fields.get("aud") != self.client_id:
            raise SignInFailed(SignInProblem.LOST, "tokeninfo: the token was issued to another client")
        return text_in(fields, "user_id")

    def _asked(self, step: Step, url: str, token: str) -> Fields:
        """A question about the token, which changes nothing and so may be repeated."""
        headers = {"x-amz-access-token": token, "accept": "application/json"}
        fault = ""
        for _ in self.back_off.rounds():
            try:
                answer = self.http.send("GET", url, headers=headers)
            except CallFailed as unanswered:
                fault = str(unanswered)
                continue
            if not may_pass(answer.status):
                return self._fields(step, answer)
            fault = f"HTTP {answer.status}"
        raise SignInFailed(SignInProblem.UNAVAILABLE, f"{step}: {fault}")

    def _fields(self, step: Step, answer: Answer) -> Fields:
        """The JSON object of a good answer; every other answer as the failure that it means."""
        fields = fields_of(answer.body)
        if answer.status == HTTPStatus.OK and "error" not in fields:
            return fields
        error, description = text_in(fields, "error"), text_in(fields, "error_description")
        problem = SignInProblem.UNAVAILABLE if may_pass(answer.status) else problem_at(step, error, description)
        raise SignInFailed(problem, f"{step}: HTTP {answer.status} {_presentable(error)}".rstrip())


def _presentable(error: str) -> str:
    """An error code for the log; Amazon's have a few letters."""
    return "".join(sign for sign in error if sign.isprintable())[:60]
