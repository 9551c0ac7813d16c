"""Amazon's two shapes of a profile as an `Account`: its id, and a label that gives nothing away.

The label is for the person who signed in, who may be looked at over the shoulder: of the e-mail address it
shows the first letter and the domain, of a name the first name.
"""

from collections.abc import Mapping
from typing import Final

from redeem_app.domain.ids import AccountId
from redeem_app.domain.ports import Account

_HIDDEN: Final = "•••"
_LONGEST_LABEL: Final = 60
_LONGEST_ID: Final = 200


def account_in(profile: Mapping[str, object]) -> Account | None:
    """The account in a profile of either shape; None where it has no usable id.

    `{"user_id", "name", "email"}`, or the older `{"Profile": {"CustomerId", "Name", "PrimaryEmail"}}`.
    """
    older = profile.get("Profile")
    if isinstance(older, dict):
        return _account(older.get("CustomerId"), older.get("Name"), older.get("PrimaryEmail"))
    return _account(profile.get("user_id"), profile.get("name"), profile.get("email"))


def masked_label(*, name: str, email: str) -> str:
    """`a•••@example.com`, or the first name where there is no address, or dots where there is neither."""
    for known in (email, name):
        _, at, domain = known.rpartition("@")
        if at:
            return _presentable(f"{known.lstrip()[:1]}{_HIDDEN}@{domain}")
    return _presentable(name.split(maxsplit=1)[0]) if name.split() else _HIDDEN


def _account(user_id: object, name: object, email: object) -> Account | None:
    if not isinstance(user_id, str) or not 0 < len(user_id) <= _LONGEST_ID or not user_id.isprintable():
        return None
    return Account(AccountId(user_id), masked_label(name=_text(name), email=_text(email)))


def _text(found: object) -> str:
    return found if isinstance(found, str) else ""


def _presentable(label: str) -> str:
    """Without signs that print nothing or turn the direction of the text around them, and of bearable length."""
    return "".join(sign for sign in label if sign.isprintable())[:_LONGEST_LABEL] or _HIDDEN
