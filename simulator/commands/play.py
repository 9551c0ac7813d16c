"""`simulator play`: a whole world for a person's hands, until Ctrl-C."""

import json
import signal
import socket
import sys
import threading

import click

from simulator import campaign_file
from simulator.campaign_file import NoSuchCampaign
from simulator.play.playground import Playground, origin
from simulator.ports import reserved_port
from simulator.service import ServiceFailed
from simulator.world import LOOPBACK, World, WorldPlan

WRONG = 1


@click.command()
@click.option("--json", "as_json", is_flag=True, help="First line on stdout: one JSON object with addresses and ids.")
@click.option(
    "--campaign",
    "campaigns",
    multiple=True,
    help="Campaign file, by its name; may repeat. Default: demo.",
)
@click.option("--seed", default=1, show_default=True, help="Ids and secrets of the world.")
@click.option(
    "--delivery", type=click.Choice(["load-balance", "claim-code"]), default="load-balance", show_default=True
)
@click.option("--lan", is_flag=True, help="Open it to this machine's network, to carry on with a real phone.")
@click.option("--address", default="", help="The address to open it on instead of the one that --lan finds.")
def play(*, as_json: bool, campaigns: tuple[str, ...], seed: int, delivery: str, lan: bool, address: str) -> None:
    """Start a world with a playground page; Ctrl-C ends it and leaves nothing running."""
    for ending in (signal.SIGINT, signal.SIGTERM):  # SIGINT too: a shell's background jobs are started deaf to it
        signal.signal(ending, _as_ctrl_c)
    where = address or (_address_in_the_network() if lan else LOOPBACK)
    try:
        files = tuple(campaign_file.named(name) for name in campaigns or ("demo",))
        with reserved_port(where) as port:
            plan = WorldPlan(
                seed=seed,
                campaigns=files,
                runs_in_real_time=True,
                delivery=delivery,
                address=where,
                phone_network=True,
                shown_at=origin(where, port) if where == LOOPBACK else "",  # pages are framed over https, or at home
            )
            _play(plan, port, as_json=as_json)
    except NoSuchCampaign as wrong:
        raise click.UsageError(str(wrong)) from None
    except (ServiceFailed, LookupError, OSError) as failure:
        click.echo(str(failure), err=True)
        raise SystemExit(WRONG) from None
    except KeyboardInterrupt:
        click.echo("The world has ended.", err=True)


def _play(plan: WorldPlan, port: int, *, as_json: bool) -> None:
    if plan.address != LOOPBACK:
        click.echo(
            f"Warning: everything listens on {plan.address}. Everybody in that network can reach it, press its"
            " buttons and move its clock, for as long as it runs.",
            err=True,
        )
    with World(plan) as world:
        playground = Playground(world, port)
        playground.start()
        try:
            _tell(world, playground, as_json=as_json)
            threading.Event().wait()
        finally:
            playground.stop()


def _tell(world: World, playground: Playground, *, as_json: bool) -> None:
    reward = world.fresh_reward("ada")
    if as_json:
        click.echo(json.dumps(_addresses(world, playground, reward.url, reward.moment_id)))
    else:
        click.echo(f"Playground:   {playground.url}")
        click.echo(f"Reward URL:   {reward.url}    (fresh)")
        click.echo(f"Service:      {world.public_url}    (its API, to read and try: {world.public_url}/api)")
        click.echo(f"Fake Amazon:  {world.amazon_url}    (sign in there as ada@people.example, ada's password 1)")
        click.echo("Ctrl-C ends all of it.")
    sys.stdout.flush()


def _addresses(world: World, playground: Playground, reward_url: str, moment_id: str) -> dict[str, str]:
    moment = world.app.server.moment(moment_id)
    return {
        "service": world.public_url,
        "playground": playground.url,
        "app": world.app.url,
        "fakeAmazon": world.amazon_url,
        "rewardUrl": reward_url,
        "appId": world.app.server.campaign.app_id,
        "campaignId": moment.campaign_id,
        "momentId": moment.moment_id,
        "rewardGroupId": moment.group_id,
        "apiKey": world.app.api_key,
    }


def _address_in_the_network() -> str:
    """This machine's address in its own network. Nothing is sent: a datagram socket only looks its route up."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as looking:
        try:
            looking.connect(("192.0.2.1", 9))
        except OSError:
            raise click.UsageError("This machine is in no network; name an address with --address.") from None
        return str(looking.getsockname()[0])


def _as_ctrl_c(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt
