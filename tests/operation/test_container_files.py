"""Container and compose file, as far as they can be checked without an engine: what they name is there and starts."""

import ipaddress
import json
import re
import secrets
import shlex
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from redeem_app.cli import main
from redeem_app.settings import everything_wrong

PROJECT = Path(__file__).parents[2]
_VARIABLE = re.compile(r"\$\{(\w+)(?::[?-]([^}]*))?\}")
OURS = ("service-1", "service-2", "worker")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    parsed: dict[str, Any] = yaml.safe_load((PROJECT / "compose.yaml").read_text("utf-8"))
    return parsed


@pytest.fixture(scope="module")
def instructions() -> list[tuple[str, str]]:
    """Of the container file, with continued lines joined."""
    text = re.sub(r"\\\n\s*", "", (PROJECT / "Containerfile").read_text("utf-8"))
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in lines)]


def parses(command: list[str]) -> click.Context:
    """The command line as the program reads it; raises for an option that is not there."""
    assert command[0] == "redeem"
    found = main.get_command(click.Context(main), command[1])
    assert found is not None, command
    return found.make_context(command[1], command[2:])


def the(instructions: list[tuple[str, str]], name: str) -> str:
    return [rest for found, rest in instructions if found == name][-1]


def test_the_containers_command_is_one_of_the_program(instructions: list[tuple[str, str]]) -> None:
    context = parses(json.loads(the(instructions, "CMD")))

    assert str(context.params["port"]) == the(instructions, "EXPOSE")
    assert context.params["host"] == "0.0.0.0"  # noqa: S104 - inside of a container
    assert f":{context.params['port']}/healthz" in the(instructions, "HEALTHCHECK")


def test_the_container_runs_without_rights_from_fixed_and_verified_parts(instructions: list[tuple[str, str]]) -> None:
    last_stage = instructions[max(n for n, (name, _) in enumerate(instructions) if name == "FROM") :]
    names = [name for name, _ in last_stage]
    runs = " ".join(rest for name, rest in instructions if name == "RUN")

    assert the(instructions, "USER") not in {"", "root", "0"}
    assert names.index("USER") < names.index("CMD")
    assert not {"ADD", "VOLUME", "MAINTAINER"} & set(names)
    assert all(re.search(r":\d", rest) for name, rest in instructions if name == "FROM"), "a version, not `latest`"
    assert "--require-hashes" in runs
    assert all("--no-cache-dir" in part for part in runs.split("&&") if "pip install" in part)
    assert not re.search(
        r"(secret|token|password|_key)\S*=", " ".join(r for n, r in instructions if n == "ENV"), re.IGNORECASE
    )


def test_every_service_of_ours_starts_with_a_command_of_the_program(
    compose: dict[str, Any], instructions: list[tuple[str, str]]
) -> None:
    for name in OURS:
        command = compose["services"][name].get("command") or json.loads(the(instructions, "CMD"))
        assert parses(command).params["port"] == 8000
    other = shlex.join(compose["services"]["redis"]["command"])
    assert "--appendonly no" in other, "nothing in Redis has to outlive it"


def test_the_settings_of_the_compose_file_start_in_production(compose: dict[str, Any], tmp_path: Path) -> None:
    given = {"REDEEM_PUBLIC_URL": "https://rewards.example"}
    for name in OURS:
        environment = {}
        for variable, value in compose["services"][name]["environment"].items():
            text = _VARIABLE.sub(lambda found: given.get(found[1], found[2] or ""), str(value))
            if text.startswith("/run/secrets/"):
                secret = tmp_path / Path(text).name
                address = "postgresql://redeem@database/redeem"
                secret.write_text(address if "database" in text else secrets.token_urlsafe(40), encoding="utf-8")
                text = str(secret)
            environment[variable] = text
        settings, sentences = everything_wrong(environment)
        assert sentences == []
        assert settings.redis_url
        assert (settings.sweep_seconds > 0) is (name == "worker"), "one sweeps"


def test_what_services_name_of_each_other_is_there(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for service in services.values():
        needed = service.get("depends_on", {})
        assert set(needed) <= set(services)
        if isinstance(needed, dict):
            for name, how in needed.items():
                assert how["condition"] != "service_healthy" or "healthcheck" in services[name], name
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert (PROJECT / source).exists() if source.startswith(".") else source in compose["volumes"], volume
        assert "build" in service or re.search(r":\d", service["image"])
    upstreams = re.findall(r"([\w-]+):8000", (PROJECT / "operations" / "Caddyfile").read_text("utf-8"))
    assert upstreams == ["service-1", "service-2"]


def test_only_the_proxy_is_open_to_the_world_and_it_alone_is_believed(compose: dict[str, Any]) -> None:
    [network] = compose["networks"]["default"]["ipam"]["config"]

    assert [name for name, service in compose["services"].items() if "ports" in service] == ["proxy"]
    for name in OURS:
        trusted = compose["services"][name]["environment"]["REDEEM_TRUSTED_PROXIES"]
        assert ipaddress.ip_network(trusted) == ipaddress.ip_network(network["subnet"])


def test_the_proxy_takes_bodies_in_whole_and_lets_go_of_idle_connections_first() -> None:
    """What a body that trickles in, or a connection closed under a request, would do: see request_limits.py."""
    proxy = (PROJECT / "operations" / "Caddyfile").read_text("utf-8")

    assert "request_buffers 256KB" in proxy
    assert "read_body 10s" in proxy
    assert "keepalive 5s" in proxy
    assert re.search(r"^\s*@operators path /metrics /readyz\n\s*respond @operators 404", proxy, re.MULTILINE)
    assert not re.search(r"^\s*log\b", proxy, re.MULTILINE), "paths carry tokens"
