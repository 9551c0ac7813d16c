"""What `redeem serve` looks at before its processes start, and how little it loads for that."""

import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

from redeem_app.cli import main

ANSWERS_REQUESTS = ("flask", "httpx", "botocore", "babel", "redeem_app.wiring", "redeem_app.web")


def test_a_start_loads_none_of_what_answers_requests() -> None:
    asked = f"import sys, redeem_app.commands.running; print([m for m in {ANSWERS_REQUESTS!r} if m in sys.modules])"

    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_a_wrong_list_of_countries_stops_the_start_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('source = "me"\nas_of = 2026-01-01\ncountries = []\n', encoding="utf-8")
    settings = {
        "REDEEM_MODE": "sandbox",
        "REDEEM_DATABASE_URL": f"sqlite:///{tmp_path}/records.sqlite3",
        "REDEEM_DELIVERY_COUNTRIES_FILE": str(tmp_path / "mine.toml"),
    }

    told = CliRunner().invoke(main, ["serve"], env=settings)

    assert told.exit_code == 1
    assert "mine.toml: countries: is empty" in told.output
