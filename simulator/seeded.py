"""Everything in a world that looks random, drawn from the world's seed: each purpose has a stream of its own."""

import hashlib
import random
import uuid


class Seeded:
    """Streams by purpose, so that one part's drawing more or less changes no other part's."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._streams: dict[str, random.Random] = {}

    def stream(self, purpose: str) -> random.Random:
        """The stream of one purpose, going on where it stopped."""
        if purpose not in self._streams:
            self._streams[purpose] = random.Random(f"{self.seed}/{purpose}")  # noqa: S311 - repeatable on purpose
        return self._streams[purpose]

    def uuid(self, purpose: str) -> str:
        """The next id of a purpose."""
        return str(uuid.UUID(int=self.stream(purpose).getrandbits(128), version=4))

    def secret(self, purpose: str) -> str:
        """A secret of this world; it protects nothing outside of it."""
        return hashlib.sha256(f"{self.seed}/{purpose}/secret".encode()).hexdigest()
