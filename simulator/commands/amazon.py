"""`simulator amazon`: the fake Amazon alone, on one port, for anyone who tests an integration with Amazon."""

import threading
from pathlib import Path

import click

from simulator.fake_amazon import FakeAmazon


class _Parts(click.ParamType[tuple[str, ...], object]):
    """An option such as `ID:SECRET@REDIRECT_URI`, taken apart."""

    def __init__(self, name: str, separators: str) -> None:
        self.name = name
        self._separators = separators

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        """The parts, none of them empty."""
        if isinstance(value, tuple):
            return value
        parts, rest = [], str(value)
        for separator in self._separators:
            part, found, rest = rest.partition(separator)
            if not found:
                self.fail(f"{value!r} is not of the form {self.name}", param, ctx)
            parts.append(part)
        parts.append(rest)
        if not all(parts):
            self.fail(f"{value!r} is not of the form {self.name}", param, ctx)
        return tuple(parts)


@click.command()
@click.option("--port", default=8100, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.option("--client", "clients", multiple=True, type=_Parts("ID:SECRET@REDIRECT_URI", ":@"), help="May repeat.")
@click.option("--account", "accounts", multiple=True, type=_Parts("EMAIL:PASSWORD", ":"), help="May repeat.")
@click.option("--partner", "partners", multiple=True, type=_Parts("ID:ACCESS_KEY:SECRET_KEY", "::"), help="May repeat.")
@click.option("--clock-file", type=click.Path(dir_okay=False), help="Follow this clock file instead of real time.")
@click.option("--journal", type=click.Path(dir_okay=False, path_type=Path), help="A file; killed, it knows all again.")
@click.option("--control", is_flag=True, help="Open /control/ to callers on this machine.")
def amazon(  # noqa: PLR0917 - options
    port: int,
    clients: tuple[tuple[str, str, str], ...],
    accounts: tuple[tuple[str, str], ...],
    partners: tuple[tuple[str, str, str], ...],
    clock_file: str | None,
    journal: Path | None,
    *,
    control: bool,
) -> None:
    """Serve the fake Amazon until Ctrl-C, with Amazon's own paths: /ap/oa, /auth/o2/token, /CreateGiftCard, ..."""
    fake = FakeAmazon(clock=clock_file, control=control, journal=journal)
    for client_id, secret, redirect_uri in clients:
        redirects = [uri for given, _, uri in clients if given == client_id]
        fake.register_client(client_id, secret, redirects or [redirect_uri])
    for email, password in accounts:
        fake.add_account(email, password, email.partition("@")[0].capitalize())
    for partner_id, access_key, secret_key in partners:
        fake.register_partner(partner_id, access_key, secret_key)
    try:
        address = fake.start(port=port)
    except OSError as taken:
        raise click.ClickException(f"Port {port} can't be used: {taken.strerror}.") from taken
    click.echo(f"Fake Amazon (a simulation): {address}    Ctrl-C ends it.")
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        click.echo("Ended.", err=True)
    finally:
        fake.stop()
