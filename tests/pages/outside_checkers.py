"""The Nu HTML checker and stylelint over all pages and styles: `python -m tests.pages.outside_checkers`.

They come from npm in the versions of `node/package-lock.json`; Java and Node.js have to be there. Exit code 0 when both
find nothing at all, not even a warning.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

import flask

from redeem_app.web.folders import STATIC
from redeem_app.web.pages import PreviewPage
from redeem_app.web.reward_message import write
from tests import node_packages
from tests.pages.page_builders import A_LINK, a_reward_message
from tests.pages.page_server import an_app, states_with_banner
from tests.pages.page_states import TEMPLATE_OF

FOLDER: Final = Path(__file__).parent / "node"
LANGUAGES: Final = ("en", "ar", "ja")
CONFIGURATION: Final = STATIC.parent / ".stylelintrc.json"


def write_pages(folder: Path) -> None:
    """Every page in every state, in a few languages, as files."""
    app = an_app()
    for language in LANGUAGES:
        with app.test_request_context(f"/?lang={language}"):
            for name, page in states_with_banner().items():
                html = flask.render_template(TEMPLATE_OF[type(page)], page=page)
                (folder / f"{name}.{language}.html").write_text(html, "utf-8")
            preview = flask.render_template("preview.html", page=PreviewPage(A_LINK))
            (folder / f"preview.{language}.html").write_text(preview, "utf-8")


def write_messages(folder: Path) -> None:
    """The e-mail, whose attributes of old are there for mail clients of old: warnings about them don't count."""
    with an_app().app_context():
        for language in LANGUAGES:
            (folder / f"email.{language}.html").write_text(write(a_reward_message(), language).html, "utf-8")


def passed(*command: str) -> bool:
    """Run a checker, with its findings on this process's output."""
    return subprocess.run(command, cwd=FOLDER, check=False, env={**os.environ, "NO_COLOR": "1"}).returncode == 0


def html_is_clean() -> bool:
    """The Nu HTML checker over every page, and over the e-mail."""
    jar = str(FOLDER / "node_modules/vnu-jar/build/dist/vnu.jar")
    with tempfile.TemporaryDirectory() as folder:
        pages, messages = Path(folder) / "pages", Path(folder) / "messages"
        pages.mkdir()
        messages.mkdir()
        write_pages(pages)
        write_messages(messages)
        html = passed("java", "-jar", jar, "--Werror", *map(str, sorted(pages.iterdir())))
        return passed("java", "-jar", jar, "--errors-only", *map(str, sorted(messages.iterdir()))) and html


def styles_are_clean() -> bool:
    """stylelint over every style sheet: of the pages, and of the simulator."""
    options = ("--max-warnings=0", f"--config={CONFIGURATION}", f"--config-basedir={FOLDER}")
    return passed("npx", "stylelint", *options, *map(str, sorted(STATIC.parent.rglob("*.css"))))


def main() -> None:
    """The command line."""
    node_packages.install(FOLDER)
    findings = [html_is_clean(), styles_are_clean()]
    sys.exit(0 if all(findings) else 1)


if __name__ == "__main__":
    main()
