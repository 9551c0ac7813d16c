"""The Incentives API's transport: signed JSON calls, repeated with the same id where Amazon asks for it.

Knows how to ask and what an error means; what is asked for is its callers' affair (`amazon_gift_cards`).
Protocol: POST https://<host>/<Operation>;
https://developer.amazon.com/docs/incentives-api/incentives-api.html.
"""

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from redeem_app.adapters.amazon_back_off import BackOff
from redeem_app.adapters.amazon_delivery_errors import (
    Meaning,
    Operation,
    PartnerError,
    holds_for_earlier_requests,
    meaning_of,
)
from redeem_app.adapters.amazon_hosts import AmazonHosts
from redeem_app.adapters.amazon_http import AmazonHttp, Answer, NoAnswer, NotSent
from redeem_app.adapters.amazon_json import Fields, body_of, fields_of, inner, money_in, text_in
from redeem_app.adapters.amazon_signing import RequestSigner
from redeem_app.domain.money import Money
from redeem_app.domain.ports import Clock, DeliveryFailed, DeliveryProblem

SECONDS_ALLOWED: Final = 6.0
"""Amazon's recommended client time-out."""

LONGEST_REQUEST_ID: Final = 40


@dataclass(frozen=True, kw_only=True)
class PartnerAccount:
    """Our account with the Incentives API: the partner id (four or five letters) and a pair of AWS keys."""

    partner_id: str
    access_key: str
    secret_key: str = field(repr=False)


class Incentives:
    """Signed calls in the name of one partner account; safe to share between threads."""

    def __init__(
        self,
        hosts: AmazonHosts,
        account: PartnerAccount,
        clock: Clock,
        *,
        http: AmazonHttp | None = None,
        back_off: BackOff | None = None,
    ) -> None:
        self.hosts = hosts
        self.partner_id = account.partner_id
        self._signer = RequestSigner(
            access_key=account.access_key, secret_key=account.secret_key, region=hosts.sigv4_region
        )
        self._clock = clock
        self.http = http or AmazonHttp(seconds_allowed=SECONDS_ALLOWED)
        self._back_off = back_off or BackOff()

    def request_id(self, of_the_domain: str) -> str:
        """The id that Amazon deduplicates on: the partner id, then the domain's id; at most 40 characters.

        Raises DeliveryFailed for an id that Amazon would refuse, before anything is sent.
        """
        whole = self.partner_id + of_the_domain
        if len(whole) > LONGEST_REQUEST_ID or not (of_the_domain.isascii() and of_the_domain.isalnum()):
            sentence = f"a request id has 1 to {LONGEST_REQUEST_ID - len(self.partner_id)} letters and digits"
            raise DeliveryFailed(DeliveryProblem.INVALID, settled=True, detail=sentence)
        return whole

    def available_funds(self) -> Money:
        """What is left in the partner account; spends nothing. Raises DeliveryFailed."""
        answer = self.call(Operation.AVAILABLE_FUNDS, {})
        funds = money_in(answer.get("availableFunds"))
        if funds is None:
            raise unclear(Operation.AVAILABLE_FUNDS, "no amount in the answer")
        return funds

    def call(self, operation: Operation, fields: Fields, value: Money | None = None) -> Fields:
        """The fields of a SUCCESS; a RESEND or a throttled call is repeated unchanged. Raises DeliveryFailed."""
        body = body_of({**fields, "partnerId": self.partner_id}, value)
        may_be_applied = False
        problem = DeliveryProblem.TEMPORARY
        detail = "not asked"
        for _ in self._back_off.rounds():
            outcome = self._ask(operation, body)
            if not isinstance(outcome, _Failure):
                return outcome
            problem, detail = outcome.meaning.problem, outcome.detail
            if not outcome.meaning.settled:
                may_be_applied = True
            elif holds_for_earlier_requests(problem):
                may_be_applied = False
            if not outcome.meaning.again:
                break
        raise DeliveryFailed(problem, settled=not may_be_applied, detail=f"{operation}: {detail}")

    def _ask(self, operation: Operation, body: bytes) -> "Fields | _Failure":
        try:
            answer = self._send(operation, body)
        except NotSent as fault:
            return _Failure(Meaning(DeliveryProblem.TEMPORARY, settled=True), str(fault))
        except NoAnswer as fault:
            return _Failure(Meaning(DeliveryProblem.TEMPORARY, settled=False), str(fault))
        fields = fields_of(answer.body)
        if answer.status == HTTPStatus.OK and fields.get("status") == "SUCCESS":
            return fields
        error = error_of(answer.status, fields)
        meaning = meaning_of(operation, error)
        asks_to_resend = _status_of(fields) == "RESEND" and not meaning.settled
        return _Failure(Meaning(meaning.problem, meaning.settled, meaning.again or asks_to_resend), str(error))

    def _send(self, operation: Operation, body: bytes) -> Answer:
        url = f"{self.hosts.incentives}/{operation}"
        signed = {
            "accept": "application/json",
            "x-amz-target": f"com.amazonaws.agcod.AGCODService.{operation}",
        }
        headers = self._signer.headers(url=url, body=body, signed=signed, at=self._clock.now())
        return self.http.send("POST", url, headers={**headers, "content-type": "application/json"}, content=body)


@dataclass(frozen=True, slots=True)
class _Failure:
    """One round that was no success."""

    meaning: Meaning
    detail: str


def unclear(operation: Operation, what: str) -> DeliveryFailed:
    """The failure of an answer that says SUCCESS and does not fit what was asked: the outcome is not known."""
    return DeliveryFailed(DeliveryProblem.TEMPORARY, settled=False, detail=f"{operation}: {what}")


def error_of(status: int, fields: Fields) -> PartnerError:
    """The error in an answer. Throttling comes as a bare `{"message": "Rate exceeded"}`."""
    message = text_in(fields, "message") or text_in(fields, "Message")
    name = text_in(fields, "errorType") or _type_of(text_in(fields, "__type"))
    if not name and message == "Rate exceeded":
        name = "ThrottlingException"
    return PartnerError(status=status, code=text_in(fields, "errorCode"), name=name, message=message)


def _type_of(coral_type: str) -> str:
    """`com.amazon.coral.availability#ThrottlingException` or `Throttling…:http://…` as the bare name."""
    return coral_type.rpartition("#")[2].partition(":")[0]


def _status_of(fields: Fields) -> str:
    return text_in(inner(fields, "agcodResponse"), "status") or text_in(fields, "status")
