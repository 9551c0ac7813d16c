"""The store of the domain's records on a database: one transaction per decision."""

from collections.abc import Callable
from typing import TypeVar

from redeem_app.adapters.abuse_records import StoredTries
from redeem_app.adapters.audit_records import StoredAudit
from redeem_app.adapters.campaign_records import StoredCampaigns
from redeem_app.adapters.charge_records import StoredCharges
from redeem_app.adapters.counter_records import CounterRecords
from redeem_app.adapters.database import Connection, Database
from redeem_app.adapters.hand_over_records import StoredHandOvers
from redeem_app.adapters.idempotency_records import StoredAnswers
from redeem_app.adapters.issue_records import issue_at_once
from redeem_app.adapters.picture_records import StoredPictures
from redeem_app.adapters.points_records import StoredPoints
from redeem_app.adapters.report_records import StoredReports
from redeem_app.adapters.reward_records import StoredRewards
from redeem_app.adapters.shelf_records import StoredShelves
from redeem_app.adapters.visit_records import StoredVisits
from redeem_app.adapters.watch_records import StoredWatch
from redeem_app.domain import records as domain
from redeem_app.domain.charges import ChargeRecords
from redeem_app.domain.given_answers import AnswerRecords
from redeem_app.domain.hand_over import HandOvers
from redeem_app.domain.issuing import Issue
from redeem_app.domain.tallies import ReportRecords

T = TypeVar("T")


class _Transaction:
    """The records of one transaction, each made when first asked for."""

    def __init__(self, connection: Connection) -> None:
        self.campaigns: domain.CampaignRecords = StoredCampaigns(connection)
        self.counters: domain.Counters = CounterRecords(connection)
        self.shelves: domain.Shelves = StoredShelves(connection)
        self.rewards: domain.RewardRecords = StoredRewards(connection)
        self.charges: ChargeRecords = StoredCharges(connection)
        self.reports: ReportRecords = StoredReports(connection)
        self.visits: domain.Visits = StoredVisits(connection)
        self.abuse: domain.AbuseRecords = StoredTries(connection)
        self.watch: domain.WatchRecords = StoredWatch(connection)
        self.audit: domain.AuditRecords = StoredAudit(connection)
        self.hand_overs: HandOvers = StoredHandOvers(connection)
        self.pictures: domain.PictureRecords = StoredPictures(connection)
        self.points: domain.PointsRecords = StoredPoints(connection)
        self.answers: AnswerRecords = StoredAnswers(connection)


class StoredRecords:
    """Records on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self, work: Callable[[domain.Transaction], T]) -> T:
        return self._database.read(lambda connection: work(_Transaction(connection)))

    def issue(self, issue: Issue) -> bool:
        return issue_at_once(self._database, issue)

    def write(self, work: Callable[[domain.Transaction], T]) -> T:
        return self._database.write(lambda connection: work(_Transaction(connection)))
