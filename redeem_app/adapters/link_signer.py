"""Signs the ids that links carry, with itsdangerous; a list of keys, of which the first signs and all verify."""

import hashlib
import re
from collections.abc import Sequence
from typing import Final

from itsdangerous import BadSignature, Signer

from redeem_app.domain.ids import CampaignId, LinkId
from redeem_app.domain.refusals import Reason, Refusal

_TEST_PREFIX: Final = "test-"
_FORM: Final = re.compile(r"[A-Za-z0-9_.-]{0,199}[AEIMQUYcgkosw048]")
"""A signature of 32 bytes leaves two bits of its last letter unused; only the spelling that we write is a token."""


class SignedLinks:
    """LinkSigner over opaque ids; expiry is the reward's business, not the token's."""

    def __init__(self, keys: Sequence[str]) -> None:
        oldest_first = list(reversed(keys))
        self._rewards = _signer(oldest_first, "redeem-app.reward-link")
        self._tests = _signer(oldest_first, "redeem-app.test-link")

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


def _signer(oldest_first: Sequence[str], salt: str) -> Signer:
    return Signer(list(oldest_first), salt=salt.encode(), sep=".", key_derivation="hmac", digest_method=hashlib.sha256)
