"""A fake Amazon: Login with Amazon, the Incentives API, and a small shop, for tests and by hand.

Clients of the real ones work against it unchanged but for host and keys. Many can run in one process, each with
accounts, clock and seed of its own. It is a simulation and says so on every page.

What it does not do: physical cards (ActivateGiftCard and its kin), the JavaScript SDK, payment (what credit does not
pay is not charged to anybody), delivery, returns, e-mail (messages are kept for tests to read), a shop in other
languages than English, and any check of a client's network address.
"""

from simulator.fake_amazon.amazon import FakeAmazon
from simulator.fake_amazon.applications import Application
from simulator.fake_amazon.clock import Clock, FileClock, MemoryClock
from simulator.fake_amazon.faults import Fault, FaultKind
from simulator.fake_amazon.requests_seen import RequestSeen
from simulator.fake_amazon.settings import Settings, WebviewRule

__all__ = [
    "Application",
    "Clock",
    "FakeAmazon",
    "Fault",
    "FaultKind",
    "FileClock",
    "MemoryClock",
    "RequestSeen",
    "Settings",
    "WebviewRule",
]
