"""The playground's pages: a phone with a fake app, and beside it the clock, the faults, the books and what happened.

For a person's hands. It takes changes from its own page only, and listens where its world does.
"""

from datetime import timedelta
from typing import Final
from urllib.parse import urlencode, urlsplit

import segno
from flask import Flask, abort, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from simulator import coverage, faults, scenario
from simulator.apps.running import RunningApp
from simulator.fake_amazon.server import Server
from simulator.pages_of_ours import STATIC, TEMPLATES
from simulator.play.choices import HOSTS, LANGUAGES, PEOPLE, PHONES, Choice, chosen
from simulator.play.states import STATES, Asked
from simulator.service import ServiceFailed
from simulator.world import LOOPBACK, World

JUMPS: Final = {"1 hour": timedelta(hours=1), "1 day": timedelta(days=1), "31 days": timedelta(days=31)}
LONGEST_JUMP_DAYS: Final = 3650


def origin(address: str, port: int) -> str:
    """Where a playground is; its world has to know so before it starts (`WorldPlan.shown_at`)."""
    return f"http://{address}:{port}"


class Playground:
    """The pages of one world; `url` is where they are once started."""

    def __init__(self, world: World, port: int) -> None:
        self._world = world
        self.broken: list[str] = []
        self._said = ""
        self._listening = Server(self._pages(), world.plan.address, port, None)
        self.url = f"{origin(world.plan.address, port)}/"

    def start(self) -> None:
        """Listen from now on, and give the people their accounts."""
        for played in PEOPLE.values():
            person = played.person
            if person.has_account:
                self._world.amazon.add_account(
                    person.email, person.password, person.full_name, prime=person.prime, country=person.country
                )
        self._listening.start()

    def stop(self) -> None:
        """Listen no more."""
        self._listening.stop()

    def _pages(self) -> Flask:
        app = Flask("simulator", template_folder=str(TEMPLATES), static_folder=str(STATIC))
        app.before_request(self._from_here_only)
        app.add_url_rule("/", "page", self._page)
        app.add_url_rule("/state", "state", lambda: jsonify(self._now()))
        app.add_url_rule("/state", "make_state", self._make_state, methods=["POST"])
        app.add_url_rule("/time", "move_time", self._move_time, methods=["POST"])
        app.add_url_rule("/fault", "change_fault", self._change_fault, methods=["POST"])
        return app

    def _page(self) -> str:
        choice = chosen(request.args)
        app = self._app(request.args.get("app", ""))
        opens = {"opens": choice.host} if choice.host == "view" else {}
        said, self._said = self._said, ""
        return render_template(
            "playground/page.html",
            world=self._world,
            app=app,
            choice=choice,
            screen=app.screen(choice.person.name, choice.look.device_type, **opens, **choice.link_query()),
            people=[(name, f"{name}, who {played.words}") for name, played in PEOPLE.items()],
            phones=[(name, phone.words) for name, phone in PHONES.items()],
            hosts=list(HOSTS.items())[: None if self._world.plan.shown_at else 1],
            languages=list(LANGUAGES.items()),
            states=STATES,
            said=said,
            jumps=JUMPS,
            faults={name: fault for name, fault in faults.FAULTS.items() if not fault.needs_phone},
            elsewhere=_played_by_command(),
            now=self._now(),
            links=_links(app, choice),
            is_shared=self._world.plan.address != LOOPBACK,
            drawn=lambda link: segno.make(link, micro=False).svg_inline(scale=3, border=2, light="#fff"),
        )

    def _now(self) -> dict[str, object]:
        amazon = self._world.amazon
        return {
            "now": self._world.clock.now().strftime("%A %d %B %Y, %H:%M UTC"),
            "broken": self.broken,
            "books": self._books(),
            "log": [
                f"{entry.at:%d %b %H:%M:%S}  {entry.who}: {entry.what}"
                + "".join(f", {name} {fact}" for name, fact in entry.facts.items() if fact not in ("", None))
                for entry in self._world.log.entries[-40:][::-1]
            ],
            "asked": [f"{seen.operation}: {seen.status or 'no answer'}" for seen in amazon.requests_seen[-12:][::-1]],
        }

    def _books(self) -> list[tuple[str, str]]:
        books = []
        for app in self._world.apps.values():
            for name in PEOPLE:
                customer = app.server.customer(name)
                if customer.done:
                    books.append((f"{name}'s points in {app.server.campaign.app_name}", str(customer.counted.balance)))
                if customer.rewards:
                    books.append((f"{name}'s rewards in {app.server.campaign.app_name}", str(len(customer.rewards))))
        for name, played in PEOPLE.items():
            account = self._world.amazon.account(played.person.email)
            balance = self._world.amazon.balance(account.user_id) if account is not None else None
            if balance is not None and balance.minor:
                books.append((f"{name}'s credit at Amazon", str(balance)))
        books.append(("rewards applied by Amazon", str(len(self._world.amazon.applications()))))
        return books

    def _make_state(self) -> ResponseReturnValue:
        state = STATES.get(request.form.get("name", ""))
        if state is None:
            abort(400)
        asked = Asked(self._world, self._app(request.form.get("app", "")), chosen(request.form).person.name)
        held = len(asked.app.server.customer(asked.person).rewards)
        try:
            state.make(asked)
        except ServiceFailed as failure:
            self._said = str(failure)
            return self._back()
        if state.breaks and state.breaks not in self.broken:
            self.broken.append(state.breaks)
        self._world.log.note("you", "made", state=state.title)
        refusals = asked.app.server.customer(asked.person).refusals
        was_refused = len(asked.app.server.customer(asked.person).rewards) == held and refusals
        self._said = f"The service gave no reward: {refusals[-1]}" if was_refused else state.then
        return self._back()

    def _move_time(self) -> ResponseReturnValue:
        if request.form.get("by") == "back":
            self._world.clock.write("+0")
            self._said = "The clock is back. What expired while it was ahead stays expired: make a fresh reward."
        else:
            self._world.pass_time(_jump(request.form.get("by", ""), request.form.get("days", "")))
        self._world.log.note("you", "moved the clock")
        return self._back()

    def _change_fault(self) -> ResponseReturnValue:
        name = request.form.get("name", "")
        if name not in faults.FAULTS:
            abort(400)
        fault = faults.named(name)
        if name in self.broken:
            fault.mend(self._world, None)
            self.broken.remove(name)
        else:
            fault.begin(self._world, None)
            self.broken.append(name)
        self._world.log.note("you", "mended" if name not in self.broken else "broke", fault=name)
        return self._back()

    def _app(self, app_id: str) -> RunningApp:
        return self._world.apps.get(app_id, self._world.app)

    def _back(self) -> ResponseReturnValue:
        address = {**chosen(request.form).address(), "app": request.form.get("app", "")}
        return redirect(f"{url_for('page')}?{urlencode(address)}", code=303)

    def _from_here_only(self) -> None:
        """A page of another site can't press our buttons, and no other name leads here."""
        here = urlsplit(request.host_url)
        if here.hostname not in {self._world.plan.address, LOOPBACK, "localhost"}:
            abort(403)
        origin = request.headers.get("Origin")
        if request.method == "POST" and origin not in {None, f"{here.scheme}://{here.netloc}"}:
            abort(403)


def _played_by_command() -> list[tuple[str, str, str]]:
    """Faults that need a phone of the simulator's own: name, words, and the command that plays each."""
    rows = []
    for covered in coverage.table(scenario.library()):
        if covered.kind == "faults" and faults.named(covered.name).needs_phone:
            [played, *_] = scenario.chosen(covered.by[:1])
            on = f" --host {played.form.hosts[0]}" if played.form.hosts else ""
            rows.append((covered.name, covered.words, f"python3 -m simulator run {played.name}{on} --watch"))
    return rows


def _jump(by: str, days: str) -> timedelta:
    if by in JUMPS:
        return JUMPS[by]
    if not days.isdecimal() or not 0 < int(days) <= LONGEST_JUMP_DAYS:
        abort(400, f"A jump is one of {', '.join(JUMPS)}, or 1 to {LONGEST_JUMP_DAYS} days.")
    return timedelta(days=int(days))


def _links(app: RunningApp, choice: Choice) -> list[tuple[str, str]]:
    rewards = app.server.customer(choice.person.name).rewards
    return [(reward.moment_id, f"{reward.url}?{urlencode(choice.link_query())}") for reward in rewards][::-1]
