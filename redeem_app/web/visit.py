"""The visitor's session: every key of it, in one typed class."""

import secrets
from typing import Final

import flask

from redeem_app.domain.ids import VisitId

VISIT: Final = "visit"
"""Key of the id in the session."""
_COUNTRY: Final = "country"
_LANGUAGE: Final = "language"


class Visit:
    """One browser's visit: a random id in the signed session cookie; whatever belongs to it is in the records."""

    @staticmethod
    def known() -> VisitId | None:
        """The id that this browser has, if it has one."""
        found = flask.session.get(VISIT)
        return VisitId(found) if isinstance(found, str) else None

    @staticmethod
    def begun() -> VisitId:
        """The id that this browser has, or a new one."""
        known = Visit.known()
        if known is None:
            known = Visit.fresh()
            flask.session[VISIT] = known
        return known

    @staticmethod
    def fresh() -> VisitId:
        """A new id, not yet this browser's."""
        return VisitId(secrets.token_urlsafe(16))

    @staticmethod
    def become(visit: VisitId) -> None:
        """Go on under this id."""
        flask.session[VISIT] = visit

    @staticmethod
    def country() -> str:
        """The country that the person said on the page; empty if none."""
        return str(flask.session.get(_COUNTRY, ""))

    @staticmethod
    def language() -> str:
        """The language that the person picked before going to Amazon; empty if none."""
        return str(flask.session.get(_LANGUAGE, ""))

    @staticmethod
    def keep(*, country: str, language: str) -> None:
        """Keep what the person picked for the time after Amazon."""
        for key, value in ((_COUNTRY, country), (_LANGUAGE, language)):
            if value:
                flask.session[key] = value[:35]
