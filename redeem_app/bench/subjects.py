"""What is measured: the service on one database of its own, served, with the requests for it."""

import contextlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlencode, urlsplit, urlunsplit

import psycopg
from psycopg.sql import SQL, Identifier

from redeem_app.adapters.migrations import migrate
from redeem_app.bench import audits, campaign, load, served
from redeem_app.bench.filling import Filled, Filling, Told
from redeem_app.bench.servers import Server, free_port
from redeem_app.bench.traffic import Traffic
from redeem_app.settings import read_settings
from redeem_app.wiring import Service

PATHS: Final = ("open", "apply", "GetReward", "events")
"""In the order in which they are measured."""
SPREAD: Final = "GetReward of twenty"
"""The same calls as `GetReward`, spread over twenty campaigns, so that they meet at none."""
_KEYS: Final = 512
_LINKS_OPENED: Final = 2_000
_NOTICE: Final = "notice="
"""Of an answer that sends the person back with a reason why not."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much is in the tables before the first request."""

    rewards: int
    signed_in: int


@dataclass
class Subject:
    """One service with its database and server."""

    name: str
    service: Service
    server: Server
    traffic: Traffic
    filled: Filled
    book: Path
    answered: dict[str, int] = field(default_factory=dict)
    before: audits.Tally = field(default_factory=lambda: audits.Tally(0, 0, 0, 0))

    def plan(self, path: str, connections: int, seconds: float, most: int) -> load.Plan:
        """The load for one path; `most` requests of the kind that can be sent once."""
        made = self._requests(path, most)
        return load.Plan(self.server.port, made, connections, seconds, repeat=path == "open", mark=_NOTICE)

    def _requests(self, path: str, most: int) -> list[str]:
        match path:
            case "open":
                return self.traffic.opening(self.filled.links[:_LINKS_OPENED])
            case "apply":
                chosen, self.filled.signed_in = self.filled.signed_in[:most], self.filled.signed_in[most:]
                return self.traffic.applying(chosen)
            case "GetReward":
                return self.traffic.granting(most)
            case _ if path == SPREAD:
                return self.traffic.granting_of_twenty(most)
            case _:
                return self.traffic.events(most)

    def note(self, path: str, outcome: load.Outcome) -> int:
        """Note the good answers for the audit; the number of others."""
        act = path.split(" ", 1)[0]
        good = outcome.answers.get(audits.EXPECTED[act], 0)
        self.answered[act] = self.answered.get(act, 0) + good
        return outcome.sent - good

    def audit(self) -> list[str]:
        """What does not add up; empty where everything does."""
        return audits.disagreements(self.service, self.book, self.answered, self.before)


@contextlib.contextmanager
def subject(  # noqa: PLR0913 - a service has many sides
    name: str, database_url: str, folder: Path, size: Size, *, workers: int, threads: int, told: Told, redis: str = ""
) -> Iterator[Subject]:
    """The service on an empty database, filled and served until the end of the block."""
    port, book = free_port(), folder / f"{name.replace(' ', '-')}.book"
    environment = served.environment(database_url, port, book) | {
        "REDEEM_WORKERS": str(workers),
        "REDEEM_REDIS_URL": redis,
    }
    service = served.service(read_settings(environment), book)
    with contextlib.closing(service.database):
        migrate(service.database)
        keys = [campaign.load(service), *(service.running.add_key(campaign.APP) for _ in range(_KEYS - 1))]
        twenty = [campaign.load_twenty(service), *(service.running.add_key(campaign.TWENTY_APP) for _ in keys)]
        filled = Filling(service, name, told).fill(size.rewards, signed_in=size.signed_in)
        look_over(service)
        with Server("service", port, workers, threads, environment) as server:
            made = Subject(name, service, server, Traffic(service, keys, twenty), filled, book)
            made.before = audits.Tally.of(service)
            yield made


def look_over(service: Service) -> None:
    """Let PostgreSQL know how its tables grew, as its own daemon does after a while, where it is not switched off."""
    if service.database.dialect == "postgresql":
        service.database.write(lambda connection: connection.run("ANALYZE"))


@contextlib.contextmanager
def postgres_schema(url: str) -> Iterator[str]:
    """The URL of a schema of its own on that server, gone after the block."""
    schema = f"bench_{secrets.token_hex(6)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(SQL("CREATE SCHEMA {}").format(Identifier(schema)))
    try:
        parts = urlsplit(url)
        option = urlencode({"options": f"-csearch_path={schema}"})
        yield urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, option)))))
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(SQL("DROP SCHEMA {} CASCADE").format(Identifier(schema)))
