"""Signs the ids that links carry, with itsdangerous; a list of keys, of which the first signs and all verify."""

import hmac
import re
from collections.abc import Sequence
from typing import Final

from itsdangerous import BadSignature, Signer
from itsdangerous.encoding import base64_encode, want_bytes

from redeem_app.domain.ids import CampaignId, LinkId
from redeem_app.domain.refusals import Reason, Refusal
from redeem_app.keyed_digest import KeyedDigest

_TEST_PREFIX: Final = "test-"
_FORM: Final = re.compile(r"[A-Za-z0-9_.-]{0,199}[AEIMQUYcgkosw048]")
"""A signature of 32 bytes leaves two bits of its last letter unused; only the spelling that we write is a token."""


class SignedLinks:
    """LinkSigner over opaque ids; expiry is the reward's business, not the token's."""

    def __init__(self, keys: Sequence[str]) -> None:
        oldest_first = list(reversed(keys))
        self._rewards = _PreparedSigner(oldest_first, "redeem-app.reward-link")
        self._tests = _PreparedSigner(oldest_first, "redeem-app.test-link")

    def token(self, link_id: LinkId) -> str:
        return self._rewards.sign(link_id).decode()

    def test_token(self, campaign_id: CampaignId) -> str:
        return _TEST_PREFIX + self._tests.sign(campaign_id).decode()

    def read(self, token: str) -> LinkId | CampaignId:
        if not _FORM.fullmatch(token):
            raise Refusal(Reason.LINK_INVALID)
        try:
            if token.startswith(_TEST_PREFIX):
                return CampaignId(self._tests.unsign(token.removeprefix(_TEST_PREFIX)).decode())
            return LinkId(self._rewards.unsign(token).decode())
        except BadSignature:
            raise Refusal(Reason.LINK_INVALID) from None

    def is_test(self, token: str) -> bool:
        return token.startswith(_TEST_PREFIX)


class _PreparedSigner(Signer):
    """What `Signer(…, salt, key_derivation="hmac")` signs and verifies with SHA-256, but each key is prepared once.

    It compares signatures as they are written, which spares decoding what was sent.
    """

    def __init__(self, oldest_first: Sequence[str], salt: str) -> None:
        derived = [hmac.digest(key.encode(), salt.encode(), "sha256") for key in oldest_first]
        super().__init__(derived, sep=".", key_derivation="none")
        self._digests = [KeyedDigest(key, "sha256") for key in derived]

    def get_signature(self, value: str | bytes) -> bytes:
        return base64_encode(self._digests[-1](want_bytes(value)))

    def verify_signature(self, value: str | bytes, sig: str | bytes) -> bool:
        signed, found = want_bytes(value), want_bytes(sig)
        return any(hmac.compare_digest(found, base64_encode(digest(signed))) for digest in reversed(self._digests))
