"""Who may import whom: the domain knows only itself, the service and the simulator meet over HTTP alone."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OUTSIDE = ("settings", "wiring", "app", "cli")


def imports_of(file: Path) -> Iterator[str]:
    """Full names of what a module imports, also inside functions and under TYPE_CHECKING."""
    package = file.relative_to(ROOT).with_suffix("").parts[:-1]
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (base, node.module or "") if part)
            yield from (f"{module}.{alias.name}" for alias in node.names)


def imports_under(folder: str) -> list[tuple[str, str]]:
    files = sorted((ROOT / folder).rglob("*.py"))
    return [(str(file.relative_to(ROOT)), name) for file in files for name in imports_of(file)]


def is_within(name: str, *packages: str) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def test_the_domain_imports_itself_and_the_standard_library() -> None:
    strangers = [
        f"{file} imports {name}"
        for file, name in imports_under("redeem_app/domain")
        if name.split(".")[0] not in sys.stdlib_module_names and not is_within(name, "redeem_app.domain")
    ]

    assert strangers == []


@pytest.mark.parametrize(("layer", "other"), [("web", "adapters"), ("adapters", "web")])
def test_web_and_adapters_meet_only_in_the_domain(layer: str, other: str) -> None:
    wrong = [
        f"{file} imports {name}"
        for file, name in imports_under(f"redeem_app/{layer}")
        if is_within(name, f"redeem_app.{other}", *(f"redeem_app.{module}" for module in OUTSIDE))
    ]

    assert wrong == []


@pytest.mark.parametrize(("package", "other"), [("redeem_app", "simulator"), ("simulator", "redeem_app")])
def test_neither_package_imports_the_other(package: str, other: str) -> None:
    wrong = [f"{file} imports {name}" for file, name in imports_under(package) if is_within(name, other, "tests")]

    assert wrong == []
