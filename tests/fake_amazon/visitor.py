"""A browser without a screen, for the tests of the fake Amazon."""

import re
import ssl

import httpx

from simulator.fake_amazon import FakeAmazon

PHONE = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36"
RETURN = "http://localhost:8700/return"
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Made once, since loading certificates for each client takes longer than its requests."""


def trust_in(amazon: FakeAmazon) -> ssl.SSLContext:
    """What a client of this fake verifies its certificate with."""
    return ssl.create_default_context(cafile=str(amazon.certificate)) if amazon.certificate else NO_TLS


class Visitor:
    """Opens pages, fills in forms, and stops before it would leave the fake Amazon."""

    def __init__(self, amazon: FakeAmazon, user_agent: str = PHONE, accepts: str = "") -> None:
        self._http = httpx.Client(
            base_url=amazon.base_url,
            headers={"User-Agent": user_agent} | ({"Accept-Language": accepts} if accepts else {}),
            timeout=10,
            verify=trust_in(amazon),
            trust_env=False,
        )
        self.answer = httpx.Response(200)

    def opens(self, path: str, **parameters: str) -> httpx.Response:
        return self._follow(self._http.get(path, params=parameters or None))

    def follows(self, link: str) -> httpx.Response:
        """Open an address of Amazon's at the fake."""
        return self.opens(httpx.URL(link).raw_path.decode())

    def sends(self, path: str, **fields: str) -> httpx.Response:
        return self._follow(self._http.post(path, data=fields))

    def authorizes(self, client_id: str, **parameters: str) -> httpx.Response:
        asked = {
            "client_id": client_id,
            "scope": "profile",
            "response_type": "code",
            "redirect_uri": RETURN,
            "state": "s1",
        }
        return self.opens("/ap/oa", **asked | parameters)

    def signs_in(self, email: str = "ana@example.com", password: str = "secret-1") -> httpx.Response:  # noqa: S107 - fake
        return self.sends("/ap/signin", **self.errand, email=email, password=password)

    def allows(self, **fields: str) -> httpx.Response:
        return self.sends("/ap/consent", **self.errand, answer="allow", **fields)

    def refuses(self) -> httpx.Response:
        return self.sends("/ap/consent", **self.errand, answer="refuse")

    @property
    def page(self) -> str:
        return self.fact("page")

    @property
    def errand(self) -> dict[str, str]:
        return dict(re.findall(r'<input type="hidden" name="(request|then)" value="([^"]*)"', self.answer.text))

    def fact(self, name: str) -> str:
        found = re.search(rf'data-{name}="([^"]*)"', self.answer.text)
        return found[1] if found else ""

    @property
    def came_back_with(self) -> dict[str, str]:
        """The parameters on the return address; empty when the visitor is still here."""
        return dict(httpx.URL(self.answer.headers.get("location", "")).params)

    def _follow(self, answer: httpx.Response) -> httpx.Response:
        while answer.is_redirect:
            target = answer.request.url.join(answer.headers["location"])
            if target.host != "127.0.0.1":
                break
            answer = self._http.get(target)
        self.answer = answer
        return answer
