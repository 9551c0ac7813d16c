"""What social-auth-core needs of an application around it: its settings, a session, and who the person is."""

from dataclasses import dataclass, field

from social_core.backends.amazon import AmazonOAuth2
from social_core.storage import BaseStorage, NonceMixin
from social_core.strategy import BaseStrategy

from tests.fake_amazon.clients import TokenClient
from tests.fake_amazon.visitor import RETURN


@dataclass
class Person:
    """Whom the pipeline ends with."""

    user_id: str
    email: str
    is_active: bool = True
    social_user: object = None
    is_new: bool = False


def person_of(uid: str, details: dict[str, str], **_more: object) -> dict[str, Person]:
    """The last step of the pipeline."""
    return {"user": Person(uid, details["email"])}


class NoncesOnce(NonceMixin):
    """Values that are used once; each is taken as new, since the session below holds the state itself."""

    @classmethod
    def use(cls, *_asked: object, **_named: object) -> bool:
        return True

    @classmethod
    def consume(cls, *_asked: object, **_named: object) -> bool:
        return True


class MemoryStorage(BaseStorage):
    """No user tables: the pipeline ends before it would need them."""

    nonce = NoncesOnce


@dataclass
class Visit:
    """What the application keeps of one browser."""

    settings: dict[str, object]
    session: dict[str, object] = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)


class MemoryStrategy(BaseStrategy[str]):
    """The glue that a web framework would give."""

    def __init__(self, visit: Visit) -> None:
        super().__init__(storage=MemoryStorage)
        self._visit = visit

    def redirect(self, url: str) -> str:
        return url

    def get_setting(self, name: str) -> object:
        return self._visit.settings[name]

    def get_request_data(self, merge: bool = True) -> dict[str, str]:  # noqa: FBT001, FBT002 - as the base class has it
        return self._visit.asked

    def session_get(self, name: str, default: object = None) -> object:
        return self._visit.session.get(name, default)

    def session_set(self, name: str, value: object) -> None:
        self._visit.session[name] = value

    def session_pop(self, name: str) -> object:
        return self._visit.session.pop(name, None)

    def build_absolute_uri(self, path: str | None = None) -> str:
        return path or RETURN


def an_amazon_backend(client: TokenClient) -> tuple[AmazonOAuth2[str], Visit]:
    """The library's own backend for Amazon, with nothing set but the keys."""
    settings: dict[str, object] = {
        "SOCIAL_AUTH_AMAZON_KEY": client.client_id,
        "SOCIAL_AUTH_AMAZON_SECRET": client.client_secret,
        "SOCIAL_AUTH_PIPELINE": (
            "social_core.pipeline.social_auth.social_details",
            "social_core.pipeline.social_auth.social_uid",
            "tests.fake_amazon.social.person_of",
        ),
    }
    visit = Visit(settings)
    return AmazonOAuth2(MemoryStrategy(visit), redirect_uri=RETURN), visit
