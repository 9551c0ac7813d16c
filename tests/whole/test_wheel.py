"""A wheel built from the project, installed in an empty environment elsewhere, serves the page."""

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

from redeem_app.adapters.migrations import names

PROJECT = Path(__file__).parents[2]

SERVE_A_PAGE = """
import json, sys
from pathlib import Path
from redeem_app.app import create_app
from redeem_app.adapters.migrations import migrate
from redeem_app.settings import read_settings
from redeem_app.wiring import build
import redeem_app

settings = read_settings({"REDEEM_MODE": "sandbox", "REDEEM_DATABASE_URL": f"sqlite:///{sys.argv[1]}"})
service = build(settings)
applied = migrate(service.database)
answer = create_app(service=service).test_client().get("/r/nonsense")
print(json.dumps({"where": redeem_app.__file__, "status": answer.status_code, "page": answer.text, "applied": applied}))
"""


def test_an_installed_wheel_serves_the_page(tmp_path: Path) -> None:
    dist = tmp_path / "dist"
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(dist)], check=True, cwd=PROJECT
    )
    [wheel] = dist.glob("*.whl")
    venv.create(tmp_path / "empty", with_pip=True)
    python = tmp_path / "empty" / "bin" / "python"
    install = [str(python), "-m", "pip", "install", "-q", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(install, check=True, cwd=tmp_path)
    site = next((tmp_path / "empty" / "lib").glob("python*/site-packages"))
    # What the wheel needs is lent from here, so that nothing is downloaded; the wheel itself is not.
    lent = [path for path in sys.path if path.endswith("site-packages")]
    (site / "zz_lent.pth").write_text("\n".join(lent), encoding="utf-8")

    done = subprocess.run(
        [str(python), "-c", SERVE_A_PAGE, str(tmp_path / "x.sqlite3")],
        check=True,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={"PATH": os.environ["PATH"]},
    )

    said = json.loads(done.stdout)
    assert str(tmp_path) in said["where"]
    assert said["status"] == 404
    assert 'data-reason="link-invalid"' in said["page"]
    assert "<style>" in said["page"]
    assert said["applied"] == names("sqlite")
