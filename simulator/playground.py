"""The playground: a page with a phone-sized fake app, and beside it the clock, the faults, the books and what happened.

For a person's hands; it listens on the loopback address only and takes changes from its own page only.
"""

from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

import segno
from flask import Flask, abort, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from simulator import faults
from simulator.apps.running import RunningApp
from simulator.fake_amazon.server import Server
from simulator.pages_of_ours import STATIC, TEMPLATES
from simulator.people import Person
from simulator.world import World

JUMPS: Final = {
    "an hour": timedelta(hours=1),
    "a day": timedelta(days=1),
    "31 days": timedelta(days=31),
    "62 days, when rewards expire": timedelta(days=62),
}
PEOPLE: Final = (
    Person(name="ada"),
    Person(name="ben", prime=True),
    Person(name="cleo", has_account=False),
)
"""Who can be played; an account at the fake Amazon is made for those who have one."""


class Playground:
    """The page of one world; `url` is where it is once started."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.broken: list[str] = []
        self._listening = Server(self._pages(), "127.0.0.1", 0, None)
        self.url = f"http://127.0.0.1:{self._listening.port}/"

    def start(self) -> None:
        """Listen from now on, and give the people their accounts."""
        for person in PEOPLE:
            if person.has_account:
                self._world.amazon.add_account(person.email, person.password, person.full_name, prime=person.prime)
        self._listening.start()

    def stop(self) -> None:
        """Listen no more."""
        self._listening.stop()

    def _pages(self) -> Flask:
        app = Flask("simulator", template_folder=str(TEMPLATES), static_folder=str(STATIC))
        app.before_request(_from_here_only)
        app.add_url_rule("/", "page", self._page)
        app.add_url_rule("/state", "state", lambda: jsonify(self._state()))
        app.add_url_rule("/time", "move_time", self._move_time, methods=["POST"])
        app.add_url_rule("/fault", "change_fault", self._change_fault, methods=["POST"])
        app.add_url_rule("/link", "new_link", self._new_link, methods=["POST"])
        return app

    def _page(self) -> str:
        person = next((p for p in PEOPLE if p.name == request.args.get("person")), PEOPLE[0])
        app = self._world.apps.get(request.args.get("app", ""), self._world.app)
        return render_template(
            "playground/page.html",
            world=self._world,
            app=app,
            person=person,
            people=PEOPLE,
            jumps=JUMPS,
            faults={name: fault for name, fault in faults.FAULTS.items() if not fault.needs_phone},
            state=self._state(),
            links=_links(app, person),
            drawn=lambda link: segno.make(link, micro=False).svg_inline(scale=3, border=2, light="#fff"),
        )

    def _state(self) -> dict[str, object]:
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
            for person in PEOPLE:
                customer = app.server.customer(person.name)
                if customer.done:
                    books.append(
                        (f"{person.name}'s points in {app.server.campaign.app_name}", str(customer.counted.balance))
                    )
        for person in PEOPLE:
            account = self._world.amazon.account(person.email)
            if account is not None:
                books.append((f"{person.name}'s credit at Amazon", str(self._world.amazon.balance(account.user_id))))
        books.append(("rewards applied by Amazon", str(len(self._world.amazon.applications()))))
        return books

    def _move_time(self) -> ResponseReturnValue:
        jump = JUMPS.get(request.form.get("by", ""))
        if jump is None:
            abort(400)
        self._world.pass_time(jump)
        self._world.log.note("you", "moved the clock", by=request.form["by"])
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

    def _new_link(self) -> ResponseReturnValue:
        app = self._world.apps.get(request.form.get("app", ""), self._world.app)
        moments = sorted(app.server.campaign.moments(), key=lambda moment: moment.due_at_points or 0)
        app.server.claim(request.form.get("person", PEOPLE[0].name), moments[0].moment_id)
        return self._back()

    def _back(self) -> ResponseReturnValue:
        person, app = request.form.get("person"), request.form.get("app")
        return redirect(url_for("page", person=person, app=app), code=303)


def _links(app: RunningApp, person: Person) -> list[tuple[str, str]]:
    return [(reward.moment_id, reward.url) for reward in app.server.customer(person.name).rewards][::-1]


def _from_here_only() -> None:
    """A page of another site can't press our buttons, and no other name leads here."""
    here = urlsplit(request.host_url)
    if here.hostname not in {"127.0.0.1", "localhost"}:
        abort(403)
    origin = request.headers.get("Origin")
    if request.method == "POST" and origin not in {None, f"{here.scheme}://{here.netloc}"}:
        abort(403)
