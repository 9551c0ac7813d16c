"""The store of the domain's records on a database: one transaction per decision."""

from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from redeem_app.adapters.abuse_records import StoredTries
from redeem_app.adapters.application_records import StoredApplications
from redeem_app.adapters.applying_records import begin_at_once, settle_at_once
from redeem_app.adapters.audit_records import StoredAudit
from redeem_app.adapters.booking_records import Bookings
from redeem_app.adapters.campaign_records import StoredCampaigns
from redeem_app.adapters.charge_records import StoredCharges
from redeem_app.adapters.counter_records import CounterRecords
from redeem_app.adapters.database import Connection, Database
from redeem_app.adapters.hand_over_records import StoredHandOvers
from redeem_app.adapters.idempotency_records import StoredAnswers
from redeem_app.adapters.issue_records import issue_at_once
from redeem_app.adapters.mint_records import StoredMints
from redeem_app.adapters.offer_records import OffersToKeys
from redeem_app.adapters.picture_records import StoredPictures
from redeem_app.adapters.points_records import StoredPoints
from redeem_app.adapters.report_records import StoredReports
from redeem_app.adapters.request_id_records import StoredRequestIds
from redeem_app.adapters.reward_records import StoredRewards
from redeem_app.adapters.shelf_records import StoredShelves
from redeem_app.adapters.trace_records import StoredTraces
from redeem_app.adapters.visit_records import StoredVisits
from redeem_app.adapters.watch_records import StoredWatch
from redeem_app.domain import records as domain
from redeem_app.domain.applications import ApplicationRecords, Beginning, Settlement
from redeem_app.domain.campaign_records import CampaignRecords, Shelves
from redeem_app.domain.charges import ChargeRecords
from redeem_app.domain.counters import Counters
from redeem_app.domain.given_answers import AnswerRecords
from redeem_app.domain.hand_over import HandOvers
from redeem_app.domain.issuing import Issue
from redeem_app.domain.minting import MintRecords
from redeem_app.domain.refusal_traces import TraceRecords
from redeem_app.domain.request_ids import RequestIds
from redeem_app.domain.tallies import ReportRecords

T = TypeVar("T")


_RECORDS: Final[Mapping[str, Callable[[Connection], object]]] = {
    "campaigns": StoredCampaigns,
    "counters": CounterRecords,
    "shelves": StoredShelves,
    "rewards": StoredRewards,
    "applications": StoredApplications,
    "charges": StoredCharges,
    "reports": StoredReports,
    "visits": StoredVisits,
    "abuse": StoredTries,
    "watch": StoredWatch,
    "audit": StoredAudit,
    "hand_overs": StoredHandOvers,
    "pictures": StoredPictures,
    "points": StoredPoints,
    "answers": StoredAnswers,
    "refusal_traces": StoredTraces,
    "mints": StoredMints,
    "request_ids": StoredRequestIds,
}


class _Transaction:
    """The records of one transaction, each made when first asked for."""

    campaigns: CampaignRecords
    counters: Counters
    shelves: Shelves
    rewards: domain.RewardRecords
    applications: ApplicationRecords
    charges: ChargeRecords
    reports: ReportRecords
    visits: domain.Visits
    abuse: domain.AbuseRecords
    watch: domain.WatchRecords
    audit: domain.AuditRecords
    hand_overs: HandOvers
    pictures: domain.PictureRecords
    points: domain.PointsRecords
    answers: AnswerRecords
    request_ids: RequestIds
    refusal_traces: TraceRecords
    mints: MintRecords

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __getattr__(self, name: str) -> object:
        """Called for what is not there yet."""
        if name not in _RECORDS:
            raise AttributeError(name)
        made = _RECORDS[name](self._connection)
        setattr(self, name, made)
        return made


class StoredRecords:
    """Records on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database
        offers = OffersToKeys(database)
        self.offer_to_key, self.known_offer, self.issue_known = offers.read, offers.known, offers.issue
        bookings = Bookings(database)
        self.app_id_of_key, self.customer_of_key, self.book = bookings.app_id, bookings.customer, bookings.book

    def read(self, work: Callable[[domain.Transaction], T]) -> T:
        return self._database.read(lambda connection: work(_Transaction(connection)))

    def issue(self, issue: Issue) -> bool:
        return issue_at_once(self._database, issue)

    def begin(self, beginning: Beginning) -> bool:
        return begin_at_once(self._database, beginning)

    def settle(self, settlement: Settlement) -> None:
        settle_at_once(self._database, settlement)

    def write(self, work: Callable[[domain.Transaction], T]) -> T:
        return self._database.write(lambda connection: work(_Transaction(connection)))
