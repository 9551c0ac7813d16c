"""No secret is compared letter by letter: what `==` may compare is a digest, or no secret; each has its reason."""

import ast
import re
from pathlib import Path

PROJECT = Path(__file__).parents[2] / "redeem_app"
SECRET = re.compile(r"token|secret|signature|digest|\bmac\b|password|seal|_hash\b|verifier|ticket|watch\b|api_key")

REVIEWED = {
    "line.seal != seal": "the operator's own check of the audit log; nobody else sees how long it takes",
    "given.request_hash != wanted.repeatable.request_hash": "digests of what the caller sent itself",
    "self._links.token(found.link_id) == token": "whoever asks has shown the watch secret, looked up by its digest",
    "found.browser_hash == digest(browser)": "digests",
    "under_way.visit_hash != digest(visit)": "digests",
    "self._links.read(token) == self._link_id(mint, number)": "the operator's own file",
    "flask.session.get(_TOOK_OVER) == _mark(token)": "digests, in a signed cookie",
    "remembered[1] == _mark(token)": "digests, in a signed cookie",
}


def comparisons() -> set[str]:
    found = set()
    for path in PROJECT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Compare) and any(isinstance(op, ast.Eq | ast.NotEq) for op in node.ops):
                found.add(ast.unparse(node))
    return found


def test_every_comparison_of_something_secret_was_looked_at() -> None:
    of_secrets = {text for text in comparisons() if SECRET.search(text)}

    assert of_secrets - REVIEWED.keys() == set(), "use hmac.compare_digest, or say here why this is no oracle"
    assert REVIEWED.keys() - comparisons() == set(), "no longer there"


def test_what_is_secret_and_sent_by_strangers_is_compared_in_constant_time() -> None:
    compared = {path.name for path in PROJECT.rglob("*.py") if "compare_digest(" in path.read_text("utf-8")}

    assert "health.py" in compared, "the token of /metrics"
    assert any(name.startswith("ad_callbacks") for name in compared), "the keyed hash of an ad network"
