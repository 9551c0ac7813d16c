"""The phone screens of one app: a page for each person, where they do things and see what they have won."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from flask import Flask, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.apps.app_server import AppServer, HeldReward
from simulator.apps.kinds import Act, AppKind, Doing
from simulator.pages_of_ours import STATIC, TEMPLATES

DEVICE_TYPES: Final = ("Web", "Android", "iOS", "FireOS")


@dataclass(frozen=True, slots=True)
class Screen:
    """What a screen shows of one person."""

    app_name: str
    accent: str
    person: str
    points: int
    tier: str
    goal: int
    """Points of the next reward; 0 when there is none ahead."""
    challenge: str
    rewards: tuple[HeldReward, ...]
    refusal: str
    unconfirmed: int
    """Films that were watched, and whose points wait for the ad network's word."""
    acts: tuple[Act, ...]
    opens_window: bool
    """Whether it is shown in the playground's phone, and a reward link opens in a window of its own."""
    link_query: str

    @property
    def progress(self) -> int:
        """Percent of the way to the goal."""
        return min(100, self.points * 100 // self.goal) if self.goal else 100


def build(server: AppServer, kind: AppKind) -> Flask:
    """The app's web pages as a WSGI application."""
    app = Flask("simulator", template_folder=str(TEMPLATES), static_folder=str(STATIC))

    @app.get("/as/<person>/")
    def screen(person: str) -> str:
        device_type = request.args.get("device", "")
        if device_type in DEVICE_TYPES:
            customer = server.customer(person)
            customer.device_type = device_type
            customer.opens_in_view = request.args.get("opens") == "view"
            wanted = {name: request.args[name] for name in ("lang", "country") if request.args.get(name)}
            customer.link_query = f"?{urlencode(wanted)}" if wanted else ""
        return render_template(kind.template, screen=_screen(server, kind, person))

    @app.post("/as/<person>/<act>")
    def act(person: str, act: str) -> Response:
        if act not in {offered.act for offered in kind.acts(server, person)}:
            abort(404)
        try:
            kind.perform(server, person, Doing(act, request.form.get("thing", "")))
        except LookupError:
            abort(404)
        return redirect(url_for("screen", person=person), code=303)

    return app


def _screen(server: AppServer, kind: AppKind, person: str) -> Screen:
    customer = server.customer(person)
    held = {reward.moment_id for reward in customer.rewards}
    goals = sorted(m.due_at_points for m in server.campaign.moments() if m.due_at_points and m.moment_id not in held)
    return Screen(
        app_name=server.campaign.app_name,
        accent=server.campaign.accent,
        person=person,
        points=customer.counted.balance,
        tier=customer.counted.tier,
        goal=goals[0] if goals else 0,
        challenge=server.announcement(customer),
        rewards=tuple(customer.rewards),
        refusal=customer.refusals[-1] if customer.refusals else "",
        unconfirmed=server.unconfirmed(person),
        acts=tuple(kind.acts(server, person)),
        opens_window=request.headers.get("Sec-Fetch-Dest") == "iframe" and not customer.opens_in_view,
        link_query=customer.link_query,
    )
