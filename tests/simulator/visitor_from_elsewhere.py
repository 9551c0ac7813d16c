"""A person at another machine, over HTTP alone: opens everything that `play --json` names and takes the reward.

Run as a program there: `python -m tests.simulator.visitor_from_elsewhere '{"rewardUrl": ..., "playground": ...}'`.
Prints one JSON object: the page that the way ended on, every resource with its status, the hosts that were asked.
"""

import json
import re
import socket
import sys
from typing import Final
from urllib.parse import urljoin, urlsplit

import httpx

from simulator.people import Person
from simulator.visitors.sending import HttpxSender
from simulator.visitors.way import Way, headers_of

ADA: Final = Person(name="ada")
RESOURCE: Final = re.compile(
    r"""<(?:img|script|iframe|source)\b[^>]*?\bsrc(?:set)?="([^" ]+)|<link\b[^>]*?\bhref="([^"]+)"""
)


def visit(told: dict[str, str]) -> dict[str, object]:
    """The whole way, and everything that its pages and the playground's want loaded."""
    asked: list[str] = []
    note = {"request": [lambda request: asked.append(request.url.host)]}
    with httpx.Client(headers=headers_of(ADA, 1), timeout=20, trust_env=False, event_hooks=note) as client:
        sender = HttpxSender(client=client)
        way = Way(ADA, told["rewardUrl"], sender, "Star Runner")
        offer = way.opens()
        resources = {url: client.get(url).status_code for url in _resources(offer.url, offer.text)}
        done = way.applies(way.signs_in(offer))
        playground = client.get(told["playground"])
        resources |= {url: client.get(url).status_code for url in _resources(str(playground.url), playground.text)}
        code = client.get(f"{told['fakeAmazon']}/shop").status_code
    return {
        "ended": done.name,
        "playground": playground.status_code,
        "shop": code,
        "resources": resources,
        "hosts": sorted(set(asked)),
    }


def knock(told: dict[str, str]) -> dict[str, str]:
    """What becomes of connections to an address, at the port of each URL."""
    found = {}
    for name, url in told.items():
        if name == "address" or not url.startswith("http"):
            continue
        try:
            socket.create_connection((told["address"], urlsplit(url).port or 80), timeout=5).close()
            found[name] = "open"
        except OSError as closed:
            found[name] = type(closed).__name__
    return found


def _resources(page: str, text: str) -> set[str]:
    found = {urljoin(page, one or other) for one, other in RESOURCE.findall(text)}
    return {url for url in found if url.startswith("http")}


if __name__ == "__main__":
    given = json.loads(sys.argv[1])
    sys.stdout.write(json.dumps(knock(given) if "address" in given else visit(given)))
