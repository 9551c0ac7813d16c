"""The stand-in for Amazon's delivery: answers at once, and keeps a book of every call for the audit."""

import os
from pathlib import Path

from redeem_app.domain.ports import Delivered, DeliveryRequest


class InstantPartner:
    """GiftDelivery that delivers whatever it is asked for.

    The book is a file with one request id a line. Each line is one `write` that appends, so that processes can share
    the file and a killed process loses none.
    """

    name = "load-balance"

    def __init__(self, book: Path) -> None:
        self._book = os.open(book, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def deliver(self, request: DeliveryRequest) -> Delivered:
        os.write(self._book, f"{request.request_id}\n".encode())
        return Delivered(f"bench-{request.request_id}")
