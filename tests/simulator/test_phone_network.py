"""The way from a phone to the world is as bad as wanted: at once, for all that a phone does, and for nobody else."""

import time
from collections.abc import Iterator

import flask
import httpx
import pytest

from simulator.fake_amazon.server import Server
from simulator.phone_network import OFFLINE, WELL, Conditions, PhoneNetwork
from simulator.ports import reserved_port
from simulator.world import LOOPBACK, World, WorldPlan

BROWSER = {"user-agent": "Mozilla/5.0 (Linux; Android 10; K)"}
LARGE = 60_000


@pytest.fixture
def behind() -> Iterator[Server]:
    app = flask.Flask("behind")
    app.add_url_rule("/small", "small", lambda: "small")
    app.add_url_rule("/large", "large", lambda: "x" * LARGE)
    app.add_url_rule("/echo", "echo", lambda: str(len(flask.request.get_data())), methods=["POST"])
    server = Server(app, LOOPBACK, 0, None)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def network() -> Iterator[PhoneNetwork]:
    with PhoneNetwork() as network:
        yield network


def led(network: PhoneNetwork, behind: Server, *, has_servers: bool = False) -> Iterator[httpx.Client]:
    with reserved_port() as port:
        network.lead(LOOPBACK, port, (LOOPBACK, behind.port), has_servers=has_servers)
        with httpx.Client(base_url=f"http://{LOOPBACK}:{port}", trust_env=False, timeout=20) as client:
            yield client


@pytest.fixture
def client(network: PhoneNetwork, behind: Server) -> Iterator[httpx.Client]:
    yield from led(network, behind)


@pytest.fixture
def amazons_client(network: PhoneNetwork, behind: Server) -> Iterator[httpx.Client]:
    yield from led(network, behind, has_servers=True)


def seconds(client: httpx.Client, path: str) -> float:
    began = time.monotonic()
    assert client.get(path, headers=BROWSER).is_success
    return time.monotonic() - began


def test_it_carries_everything_both_ways(client: httpx.Client) -> None:
    assert len(client.get("/large").content) == LARGE
    assert client.post("/echo", content=b"y" * LARGE).text == str(LARGE)


def test_an_answer_takes_the_latency_and_its_bytes_their_time(client: httpx.Client, network: PhoneNetwork) -> None:
    client.get("/small")

    network.becomes(Conditions(latency=0.3))
    assert seconds(client, "/small") >= 0.3

    network.becomes(Conditions(throughput=LARGE * 2))
    assert seconds(client, "/large") >= 0.5

    network.becomes(WELL)
    assert len(client.get("/large").content) == LARGE


def test_offline_cuts_what_is_open_and_refuses_what_is_new_until_it_is_mended(
    client: httpx.Client, network: PhoneNetwork
) -> None:
    client.get("/small")

    network.becomes(OFFLINE)
    with pytest.raises(httpx.TransportError):
        client.get("/small")
    with pytest.raises(httpx.ConnectError):
        client.get("/small")

    network.becomes(WELL)
    assert client.get("/small").text == "small"


def test_servers_that_call_at_the_same_address_are_not_touched(
    amazons_client: httpx.Client, network: PhoneNetwork
) -> None:
    network.becomes(OFFLINE)

    assert amazons_client.get("/small", headers={"user-agent": "redeem"}).text == "small"
    amazons_client.get("/small", headers={"user-agent": "redeem", "connection": "close"})
    with pytest.raises(httpx.TransportError):
        amazons_client.get("/small", headers=BROWSER)


def test_in_a_world_the_phone_is_offline_and_the_servers_are_not() -> None:
    with World(WorldPlan(phone_network=True)) as world:
        network = world.phone_network
        assert network is not None
        assert httpx.get(f"{world.public_url}/healthz", trust_env=False).is_success

        network.becomes(OFFLINE)

        link = world.fresh_reward("ada").url
        assert link.startswith(world.public_url)
        for address in (link, world.app.screen("ada"), f"{world.amazon_url}/shop"):
            with pytest.raises(httpx.TransportError):
                httpx.get(address, headers=BROWSER, trust_env=False)
