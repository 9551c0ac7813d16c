"""An installation by docs/operating.md, word by word, ends with a reward applied through both of its processes.

In production mode, in empty folders, with a PostgreSQL and a Redis of its own. Put in are: the folders (/opt, /etc),
free ports, what stands in angle brackets, and a fake Amazon where Amazon's hosts would be, by a proxy and a certificate
as a company network has them. The packages of the lock file are lent, so that pip finds them there already.
"""

import itertools
import json
import os
import shutil
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest

from simulator import campaign_file
from simulator.drill.amazon import until
from simulator.drill.process import Process
from simulator.drill.servers import Cluster, RedisServer
from simulator.fake_amazon import FakeAmazon
from simulator.people import Person
from simulator.service import free_port
from simulator.visitors.app_calls import AppCalls
from simulator.visitors.sending import HttpxSender
from simulator.visitors.way import Way, headers_of
from tests.operation.handbook import PROJECT, commands, filled

PUBLIC = "https://rewards.example"
CLIENT, PARTNER, ACCESS_KEY = "amzn1.application-oa2-client.0123456789abcdef", "Parta", "AKIDEXAMPLE0000000000"
SECRETS = {
    "amazon_client_secret": "a-client-secret-of-this-test-alone",
    "amazon_access_key": ACCESS_KEY,
    "amazon_secret_key": "a-secret-key-of-this-test-alone-too",
}


class TlsProxy(httpx.BaseTransport):
    """Takes the requests to the public name and hands them to the processes in turn, as the Caddyfile does."""

    def __init__(self, ports: list[int]) -> None:
        self._inner = httpx.HTTPTransport()
        self._ports = itertools.cycle(ports)
        self.used: set[int] = set()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        port = next(self._ports)
        self.used.add(port)
        url = request.url.copy_with(scheme="http", host="127.0.0.1", port=port)
        headers = {**request.headers, "x-forwarded-proto": "https", "x-forwarded-for": "203.0.113.9"}
        passed_on = httpx.Request(request.method, url, headers=headers, content=request.read())
        return self._inner.handle_request(passed_on)

    def close(self) -> None:
        """Each person's client closes it; the next one finds it open again."""
        self._inner.close()


class Machine:
    """What the operator has: a shell, a folder, and Amazon beyond the network's proxy."""

    def __init__(self, folder: Path, cluster: Cluster, redis: RedisServer, amazon: FakeAmazon) -> None:
        self.folder = folder
        self.amazon = amazon
        self.ports = [free_port() for _ in range(3)]
        home, etc = folder / "opt", folder / "etc"
        self.words = {
            "/opt/redeem": str(home / "redeem"),
            "/etc/redeem": str(etc / "redeem"),
            "redis://127.0.0.1:6379/0": redis.url,
            "<rewards.example>": "rewards.example",
            "<amzn1.application-oa2-client.…>": CLIENT,
            "<Parta>": PARTNER,
            "<file.toml>": str(folder / "campaign" / "campaign.toml"),
            "<campaign>": "summer-of-stars",
            **{f"--port 800{number}": f"--port {port}" for number, port in enumerate(self.ports, 1)},
        }
        address = httpx.URL(cluster.url)
        self.variables = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(folder),
            "PGHOST": str(address.host),
            "PGPORT": str(address.port),
            "PGUSER": "drill",
            "PIP_NO_INDEX": "1",
            "HTTPS_PROXY": amazon.https_proxy,
            "SSL_CERT_FILE": str(amazon.certificate),
        }
        self.processes: list[Process] = []
        self.environment = etc / "redeem" / "environment"

    def does(self, block: str, *, where: Path | None = None, settings: bool = False) -> str:
        """The block in a shell that ends at the first command that fails."""
        script = filled(block, self.words)
        if settings and ". /etc" not in block:
            script = f"set -a; . {self.environment}; set +a\n{script}"
        done = subprocess.run(
            ["/bin/bash", "-euo", "pipefail", "-c", script],
            cwd=where or self.folder,
            env=self.variables,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def lends_packages(self) -> None:
        """What the lock file names is here already, for pip to find."""
        [site] = Path(self.words["/opt/redeem"]).glob("lib/python*/site-packages")
        lent = [path for path in sys.path if path.endswith("site-packages")]
        (site / "zz_lent.pth").write_text("\n".join(lent), encoding="utf-8")

    def serves(self, line: str) -> Process:
        """A line of step 6, as a process that stays."""
        script = f"set -a; . {self.environment}; set +a; {filled(line, self.words)}"
        process = Process(["/bin/bash", "-c", script], self.folder, self.variables)
        process.start()
        self.processes.append(process)
        return process

    def is_ready(self) -> bool:
        try:
            answers = [httpx.get(f"http://127.0.0.1:{port}/readyz", trust_env=False) for port in self.ports]
        except httpx.TransportError:
            return False
        return all(answer.status_code == 200 for answer in answers)


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    servers = Path(tempfile.mkdtemp(prefix="redeem-servers-"))  # PostgreSQL, as another user, can't enter tmp_path
    cluster, redis, amazon = Cluster(servers / "postgres"), RedisServer(servers / "redis"), FakeAmazon()
    amazon.start(tls=True)
    amazon.set(calls_per_second=None)
    amazon.register_client(CLIENT, SECRETS["amazon_client_secret"], [f"{PUBLIC}/reward/sign-in/return"])
    amazon.register_partner(PARTNER, ACCESS_KEY, SECRETS["amazon_secret_key"], 100_000)
    cluster.start()
    redis.start()
    machine = Machine(tmp_path, cluster, redis, amazon)
    yield machine
    for process in machine.processes:
        process.stop()
    redis.process.stop()
    cluster.stop("immediate")
    amazon.stop()
    shutil.rmtree(servers)


def applies(machine: Machine, proxy: TlsProxy, calls: AppCalls, number: int, link: str = "") -> None:
    """A person goes the whole way, with a link or a new one."""
    person = Person(name=f"p{number}")
    if machine.amazon.account(person.email) is None:
        machine.amazon.add_account(person.email, person.password, person.full_name)
    trusting = ssl.create_default_context(cafile=str(machine.amazon.certificate))
    roads: Mapping[str, httpx.BaseTransport] = {
        PUBLIC: proxy,
        "https://": httpx.HTTPTransport(proxy=machine.amazon.https_proxy, verify=trusting),
    }
    client = httpx.Client(mounts=roads, trust_env=False, timeout=30, headers=headers_of(person, number))
    with HttpxSender(client=client) as sender:
        link = link or calls.gets_reward(sender, f"customer-{number}")
        way = Way(person, link, sender, "Star Runner")
        assert way.applies(way.signs_in(way.opens(number))).name == "applied"


def test_the_handbook_word_by_word(machine: Machine) -> None:
    program, database, secrets, settings, look, serving, campaign = commands("Install")
    make, *install = program.splitlines()

    machine.does(make)
    machine.lends_packages()
    machine.does("\n".join(install), where=PROJECT)
    machine.does(database)
    machine.does(secrets)
    for name, secret in SECRETS.items():
        (machine.environment.parent / name).write_text(secret, encoding="utf-8")
    machine.environment.write_text(filled(settings, machine.words), encoding="utf-8")
    looked = machine.does(look)
    for line in serving.splitlines():
        machine.serves(line)
    until(machine.is_ready, "all three are ready", 60)
    campaign_file.named("demo").write(machine.folder / "campaign")
    told = machine.does(campaign, settings=True)

    assert "fail" not in looked
    [key] = [line.split()[-1] for line in told.splitlines() if "API key" in line]
    calls = AppCalls(PUBLIC, "star-runner", key, "summer-of-stars", "comeback", "US")
    proxy = TlsProxy(machine.ports[:2])
    applies(machine, proxy, calls, 1)

    assert proxy.used == set(machine.ports[:2])
    assert len(machine.amazon.applications()) == 1

    # The same installation is backed up while it serves, and put back to that moment.
    backup, restore, *_ = commands("Backup and restore")
    with HttpxSender(client=httpx.Client(mounts={PUBLIC: proxy}, trust_env=False)) as app:
        link = calls.gets_reward(app, "customer-2")
    machine.does(backup)
    applies(machine, proxy, calls, 2, link)
    for process in machine.processes:
        process.stop()
    machine.does(restore)
    for process in machine.processes:
        process.start()
    until(machine.is_ready, "all three are ready again", 60)
    books = json.loads(machine.does("/opt/redeem/bin/redeem books --json", settings=True))
    applies(machine, proxy, calls, 2, link)

    assert books["books"][0]["redeemed"] == 1
    assert books["disagreements"] == []
    assert len(machine.amazon.applications()) == 2, "what was applied after the backup is not applied again"
