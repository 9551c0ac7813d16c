"""Amazon's two shapes of a profile as an `Account`: its id, and a label that gives nothing away.

The label is for the person who signed in, who may be looked at over the shoulder: of the e-mail address it
shows the first letter and the domain, of a name the first name.
"""

from typing import Final

from redeem_app.adapters.amazon_json import Fields, inner, text_in
from redeem_app.domain.ids import AccountId
from redeem_app.domain.ports import Account

_HIDDEN: Final = "•••"
_LONGEST_LABEL: Final = 60
_LONGEST_ID: Final = 200


def account_in(profile: Fields) -> Account | None:
    """The account in a profile of either shape; None where it has no usable id.

    `{"user_id", "name", "email"}`, or the older `{"Profile": {"CustomerId", "Name", "PrimaryEmail"}}`.
    """
    if older := inner(profile, "Profile"):
        return _account(older, "CustomerId", "Name", "PrimaryEmail")
    return _account(profile, "user_id", "name", "email")


def masked_label(*, name: str, email: str) -> str:
    """`a•••@example.com`, or the first name where there is no address, or dots where there is neither."""
    for known in (email, name):
        _, at, domain = known.rpartition("@")
        if at:
            return _presentable(f"{known.lstrip()[:1]}{_HIDDEN}@{domain}")
    return _presentable(name.split(maxsplit=1)[0]) if name.split() else _HIDDEN


def _account(fields: Fields, id_name: str, name_name: str, email_name: str) -> Account | None:
    user_id = text_in(fields, id_name)
    if not 0 < len(user_id) <= _LONGEST_ID or not user_id.isprintable():
        return None
    label = masked_label(name=text_in(fields, name_name), email=text_in(fields, email_name))
    return Account(AccountId(user_id), label)


def _presentable(label: str) -> str:
    """Without signs that print nothing or turn the direction of the text around them, and of bearable length."""
    return "".join(sign for sign in label if sign.isprintable())[:_LONGEST_LABEL] or _HIDDEN
