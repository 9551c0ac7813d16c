"""The Incentives API on the wire: JSON and XML bodies in and out, values, errors."""

import json
import xml.etree.ElementTree as ET  # the document type is refused before parsing
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final

from flask import Request, Response

from simulator.fake_amazon.gift_cards.errors import OTHERS, TRIGGERS, GiftCardError, Refused, Status
from simulator.fake_amazon.money import FractionalAmount, Money

_TYPE: Final = "{operation}Response:http://internal.amazon.com/coral/com.amazonaws.agcod/"
_EMPTY: Final[Mapping[str, tuple[str, ...]]] = {
    "CreateGiftCard": ("cardInfo", "creationRequestId", "gcClaimCode", "gcExpirationDate", "gcId"),
    "CancelGiftCard": ("creationRequestId", "gcId"),
    "GetAvailableFunds": ("availableFunds", "timestamp"),
    "GetGiftCardActivityPage": ("cardActivityList",),
    "LoadAmazonBalance": ("loadBalanceRequestId", "loadBalanceId", "value", "account"),
    "VoidAmazonBalanceLoad": ("loadBalanceRequestId", "loadBalanceId"),
}
_XML_ROOT: Final = {"GetAvailableFunds": "GetAvailableFunds"}
"""The other roots end in `Response`."""


class Body:
    """A request's body, whichever format it came in. Every reader raises Refused for what is not of its kind."""

    def __init__(self, told: Mapping[str, object], *, is_xml: bool = False) -> None:
        self._told = told
        self._is_xml = is_xml

    def text(self, name: str) -> str:
        """A string; empty when absent."""
        told = self._told.get(name)
        if told is None:
            return ""
        if not isinstance(told, str):
            raise Refused(OTHERS["BadInput"])
        return told.strip()

    def part(self, name: str) -> "Body":
        """An object within; empty when absent."""
        told = self._told.get(name)
        if told is None:
            return Body({}, is_xml=self._is_xml)
        if not isinstance(told, Mapping):
            raise Refused(OTHERS["BadInput"])
        return Body(told, is_xml=self._is_xml)

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of strings; empty when absent."""
        told = self._told.get(name)
        if told is None:
            return ()
        if not isinstance(told, list):
            raise Refused(OTHERS["BadInput"])
        return tuple(str(one) for one in told)

    def whole_number(self, name: str, otherwise: int) -> int:
        """A number without decimals, or what is said otherwise when it is absent."""
        told = self._told.get(name)
        try:
            return otherwise if told is None else int(str(told))
        except ValueError as problem:
            raise Refused(OTHERS["BadInput"]) from problem

    def flag(self, name: str) -> bool:
        """True or false; false when absent."""
        return str(self._told.get(name, "")).lower() == "true"

    def money(self) -> Money:
        """`value`: a JSON number (text in XML) larger than 0, and a currency."""
        value = self.part("value")
        amount = value._number("amount")  # noqa: SLF001 - another of the same kind
        currency = value.text("currencyCode")
        if not currency:
            raise Refused(TRIGGERS["F2005"])
        if amount <= 0:
            raise Refused(TRIGGERS["F2004"])
        try:
            return Money.of(amount, currency)
        except FractionalAmount as problem:
            raise Refused(TRIGGERS["F2017"]) from problem
        except ValueError as problem:
            raise Refused(TRIGGERS["F2003"]) from problem

    def _number(self, name: str) -> Decimal:
        told = self._told.get(name)
        if isinstance(told, str) and self._is_xml:
            try:
                told = Decimal(told.strip())
            except ArithmeticError as problem:
                raise Refused(TRIGGERS["F2003"]) from problem
        if not isinstance(told, Decimal) or not told.is_finite():
            raise Refused(TRIGGERS["F2003"])
        return told


def is_xml(request: Request) -> bool:
    """Whether the client speaks XML: its body is, or it accepts nothing else."""
    return "xml" in request.headers.get("Content-Type", "") or "xml" in request.headers.get("Accept", "")


def body_of(request: Request) -> Body:
    """The body. Raises Refused when it is empty or no object."""
    raw = request.get_data()
    told = _from_xml(raw) if is_xml(request) and raw.lstrip().startswith(b"<") else _from_json(raw)
    return Body(told, is_xml=raw.lstrip().startswith(b"<"))


def success(request: Request, operation: str, told: Mapping[str, object]) -> Response:
    """What a request that succeeded is answered with."""
    return _answer(request, operation, told, 200)


def failure(request: Request, operation: str, error: GiftCardError) -> Response:
    """An error, with the empty answer that Amazon puts around it."""
    inner = dict.fromkeys(_EMPTY.get(operation, ()))
    told: dict[str, object] = {
        "agcodResponse": {"__type": _TYPE.format(operation=operation), **inner, "status": error.status.value},
        "errorCode": error.code,
        "errorType": error.error_type,
        "message": error.message,
    }
    if is_xml(request):
        told = {
            "status": error.status.value,
            "errorCode": error.code,
            "errorType": error.error_type,
            "Message": error.message,
        }
    return _answer(request, operation, told, error.http_status)


def throttled(request: Request) -> Response:
    """Too many calls."""
    if is_xml(request):
        answer = _xml_answer("ThrottlingException", {"Message": "Rate exceeded"}, 429)
    else:
        answer = _json_answer({"message": "Rate exceeded"}, 429)
    answer.headers["x-amzn-ErrorType"] = "ThrottlingException"
    return answer


def succeeded(told: Mapping[str, object]) -> dict[str, object]:
    """The same with the status, which stands last."""
    return {**told, "status": Status.SUCCESS.value}


def expiry(moment: datetime | None) -> str | None:
    """`Thu Jun 10 14:59:59 UTC 2032`, in English whatever the machine's language."""
    if moment is None:
        return None
    days = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return f"{days[moment.weekday()]} {months[moment.month - 1]} {moment:%d %H:%M:%S} UTC {moment:%Y}"


def timestamp(moment: datetime) -> str:
    """`20220610T085450Z`."""
    return f"{moment:%Y%m%dT%H%M%SZ}"


def _answer(request: Request, operation: str, told: Mapping[str, object], status: int) -> Response:
    if is_xml(request):
        return _xml_answer(_XML_ROOT.get(operation, f"{operation}Response"), told, status)
    return _json_answer(told, status)


def _json_answer(told: Mapping[str, object], status: int) -> Response:
    return Response(json.dumps(told), status, content_type="application/json")


def _xml_answer(root: str, told: Mapping[str, object], status: int) -> Response:
    element = ET.Element(root)
    _fill(element, told)
    text = ET.tostring(element, encoding="utf-8", xml_declaration=True)
    return Response(text, status, content_type="application/xml")


def _fill(element: ET.Element, told: object) -> None:
    """Values that are null have no element."""
    if isinstance(told, Mapping):
        for name, value in told.items():
            for one in value if isinstance(value, list) else [value]:
                if one is not None:
                    _fill(ET.SubElement(element, str(name)), one)
    else:
        element.text = str(told).lower() if isinstance(told, bool) else str(told)


def _from_json(raw: bytes) -> Mapping[str, object]:
    try:
        told = json.loads(raw, parse_float=Decimal, parse_int=Decimal)
    except ValueError as problem:
        raise Refused(TRIGGERS["F2000"]) from problem
    if not isinstance(told, dict) or not told:
        raise Refused(TRIGGERS["F2000"])
    return told


def _from_xml(raw: bytes) -> Mapping[str, object]:
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw:
        raise Refused(TRIGGERS["F2000"])
    try:
        told = _told_by(ET.fromstring(raw))  # noqa: S314 - no document type, so no entities
    except ET.ParseError as problem:
        raise Refused(TRIGGERS["F2000"]) from problem
    if not isinstance(told, Mapping):
        raise Refused(TRIGGERS["F2000"])
    return told


def _told_by(element: ET.Element) -> object:
    if len(element) == 0:
        return element.text or ""
    return {child.tag.rpartition("}")[2]: _told_by(child) for child in element}
