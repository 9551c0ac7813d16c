"""The state of one fake Amazon, whole: nothing of it is shared with another in the same process."""

import time
from datetime import datetime

from simulator.fake_amazon.accounts import Accounts
from simulator.fake_amazon.answer import Answer
from simulator.fake_amazon.clock import Clock
from simulator.fake_amazon.faults import Faults
from simulator.fake_amazon.gift_cards.activity import Activities
from simulator.fake_amazon.gift_cards.ledger import Ledger
from simulator.fake_amazon.gift_cards.partners import Partners
from simulator.fake_amazon.mint import Mint
from simulator.fake_amazon.requests_seen import RequestsSeen
from simulator.fake_amazon.settings import Settings
from simulator.fake_amazon.shop.catalogue import Catalogue
from simulator.fake_amazon.shop.credit import Credits
from simulator.fake_amazon.shop.orders import Orders
from simulator.fake_amazon.sign_in.clients import Clients
from simulator.fake_amazon.sign_in.devices import Devices
from simulator.fake_amazon.sign_in.grants import Grants


class World:
    """All state, made anew by `reset`. Its parts ask it for the time and the settings, which may change."""

    def __init__(self, clock: Clock, seed: int, settings: Settings) -> None:
        self.clock = clock
        self.seed = seed
        self.settings = settings
        self.reset()

    def reset(self) -> None:
        """As at the start: nobody and nothing there, ids from the first again. Clock and settings stay."""
        self.mint = Mint(self.seed)
        self.faults = Faults(self.seed)
        self.requests_seen = RequestsSeen()
        self.last_answers: dict[str, Answer] = {}
        self.accounts = Accounts(self.mint, self.current_settings, self.now)
        self.clients = Clients()
        self.grants = Grants(self.mint, self.current_settings, self.now)
        self.devices = Devices(self.mint, self.current_settings, self.now)
        self.catalogue = Catalogue()
        self.credits = Credits(self.mint, self.now)
        self.orders = Orders(self.mint, self.now, self.catalogue, self.credits)
        self.partners = Partners()
        self.activities = Activities()
        self.ledger = Ledger(self.mint, self.current_settings, self.now, self.accounts, self.credits)

    def now(self) -> datetime:
        """The present moment of this world."""
        return self.clock.now()

    def monotonic(self) -> float:
        """Real seconds, for what has to do with haste and not with dates."""
        return time.monotonic()

    def current_settings(self) -> Settings:
        """As they are at this moment."""
        return self.settings
