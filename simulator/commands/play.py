"""`simulator play`: a whole world for a person's hands, until Ctrl-C."""

import json
import signal
import sys
import threading

import click

from simulator import campaign_file
from simulator.campaign_file import NoSuchCampaign
from simulator.playground import Playground
from simulator.service import ServiceFailed
from simulator.world import World, WorldPlan

WRONG = 1


@click.command()
@click.option("--json", "as_json", is_flag=True, help="First line on stdout: one JSON object with addresses and ids.")
@click.option("--campaign", default="demo", show_default=True, help="Campaign file, by its name.")
@click.option("--seed", default=1, show_default=True, help="Ids and secrets of the world.")
@click.option(
    "--delivery", type=click.Choice(["load-balance", "claim-code"]), default="load-balance", show_default=True
)
def play(*, as_json: bool, campaign: str, seed: int, delivery: str) -> None:
    """Start a world with a playground page; Ctrl-C ends it and leaves nothing running."""
    for ending in (signal.SIGINT, signal.SIGTERM):  # SIGINT too: a shell's background jobs are started deaf to it
        signal.signal(ending, _as_ctrl_c)
    try:
        plan = WorldPlan(
            seed=seed, campaigns=(campaign_file.named(campaign),), runs_in_real_time=True, delivery=delivery
        )
        with World(plan) as world:
            playground = Playground(world)
            playground.start()
            try:
                _tell(world, playground, as_json=as_json)
                threading.Event().wait()
            finally:
                playground.stop()
    except NoSuchCampaign as wrong:
        raise click.UsageError(str(wrong)) from None
    except (ServiceFailed, LookupError) as failure:
        click.echo(str(failure), err=True)
        raise SystemExit(WRONG) from None
    except KeyboardInterrupt:
        click.echo("The world has ended.", err=True)


def _tell(world: World, playground: Playground, *, as_json: bool) -> None:
    reward = world.fresh_reward("ada")
    if as_json:
        click.echo(json.dumps(_addresses(world, playground, reward.url, reward.moment_id)))
    else:
        click.echo(f"Playground:   {playground.url}")
        click.echo(f"Reward URL:   {reward.url}    (fresh)")
        click.echo(f"Service:      {world.service.url}")
        click.echo(f"Fake Amazon:  {world.amazon_url}    (sign in there as ada@people.example, ada's password 1)")
        click.echo("Ctrl-C ends all of it.")
    sys.stdout.flush()


def _addresses(world: World, playground: Playground, reward_url: str, moment_id: str) -> dict[str, str]:
    moment = world.app.server.moment(moment_id)
    return {
        "service": world.service.url,
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


def _as_ctrl_c(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt
