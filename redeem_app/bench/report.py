"""Tells what was found: as a Markdown document for people, as JSON for programs."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from redeem_app.bench.figures import Found, OpenLoop, Row, middle, ratio_and_range


def as_json(found: Found) -> str:
    """Every figure of every round."""
    return json.dumps(asdict(found) | {"true": found.is_true}, indent=1) + "\n"


def as_markdown(found: Found) -> str:
    """The document; where an audit failed, what failed instead of any speed."""
    parts = [_machine(found)]
    if not found.is_true:
        parts.append(_untrue(found))
    else:
        parts += [_paths(found), _hot(found), _open_loop(found), _growth(found), _instructions(found), _memory(found)]
        parts.append(f"Audits after each phase (exactly once, stock, ledger): {_audits(found)}.")
    if found.interrupted:
        parts.append("**Interrupted:** these are the rounds until then.")
    return "\n\n".join(part for part in parts if part) + "\n"


def _machine(found: Found) -> str:
    machine = found.machine
    lines = (
        "# Bench",
        "",
        (
            "Written by `redeem bench`; [performance.md](performance.md) says how to read it. Ratios are to a bare"
            " Flask view on the same server, measured in turn with it; median (range over the rounds)."
        ),
        "",
        (
            f"{machine.cores} cores, {machine.memory_gb} GB, {machine.system};"
            f" {machine.python} ({machine.build} build); {machine.server},"
            f" {found.workers} worker(s) of {found.threads} threads (the bare view {found.bare_threads}),"
            f" {found.connections} connections;"
            f" fsync {machine.fsync_ms} ms; noise {machine.noise} before, {found.noise_after} after (1.0 is quiet);"
            " load generator: plain sockets in a process of its own, on the same cores."
        ),
        *(f"{name}: {words}." for name, words in found.durability.items()),
    )
    return "\n".join(lines)


def _untrue(found: Found) -> str:
    lines = [f"- {name}: {sentence}" for name, sentences in found.audits.items() for sentence in sentences]
    return "**No speed is told, because an audit failed:**\n\n" + "\n".join(lines)


def _paths(found: Found) -> str:
    if not found.rows:
        return ""
    head = ("where", "path", "ratio", "a second", "p50 ms", "p99 ms", "bytes", "errors", "Little", "generator")
    return "## Paths\n\n" + _table(head, [_path(row) for row in found.rows if row.rates])


def _path(row: Row) -> tuple[str, ...]:
    return (
        row.subject,
        row.path,
        ratio_and_range(row.ratios) if row.ratios else "1",
        f"{middle(row.rates):,.0f}",
        f"{middle(row.p50_ms):.2f}",
        f"{middle(row.p99_ms):.2f}",
        f"{row.answer_bytes:,}",
        str(row.errors),
        f"{middle(row.little):.2f}",
        f"{middle(row.generator):.2f}",
    )


def _hot(found: Found) -> str:
    rows = [row for row in found.hot if row.ratios]
    if not rows:
        return ""
    head = ("where", "one campaign to twenty", "one: a second", "p50 ms", "p99 ms", "errors")
    return "## GetReward on one hot campaign\n\n" + _table(
        head,
        [
            (
                row.subject,
                ratio_and_range(row.ratios),
                f"{middle(row.rates):,.0f}",
                f"{middle(row.p50_ms):.2f}",
                f"{middle(row.p99_ms):.2f}",
                str(row.errors),
            )
            for row in rows
        ],
    )


def _open_loop(found: Found) -> str:
    rows = [row for row in found.open_loop if row.p99_ms]
    if not rows:
        return ""
    head = ("path", "p99 to bare p99", "p50 ms", "p99 ms", "errors")
    return f"## At {rows[0].rate:,} requests a second (open loop)\n\n" + _table(head, [_at_rate(row) for row in rows])


def _at_rate(row: OpenLoop) -> tuple[str, ...]:
    times = (f"{middle(row.p50_ms):.2f}", f"{middle(row.p99_ms):.2f}")
    return (row.path, ratio_and_range(row.ratios), *times, str(row.errors))


def _growth(found: Found) -> str:
    rows = [row for row in found.growth if row.ratios]
    if not rows:
        return ""
    head = ("tables", "path", "rate to the smallest", "p50 ms", "errors")
    lines = [
        (row.subject, row.path, ratio_and_range(row.ratios), f"{middle(row.p50_ms):.2f}", str(row.errors))
        for row in rows
    ]
    return "## As tables grow (SQLite)\n\n" + _table(head, lines)


def _instructions(found: Found) -> str:
    if not found.instructions:
        return ""
    lines = [
        (size, path, f"{count:,.0f}", f"{of['bare'] / count:.3f}")
        for size, of in found.instructions.items()
        for path, count in of.items()
    ]
    head = ("tables", "path", "instructions", "ratio (bare over it)")
    return "## Instructions per request (SQLite)\n\n" + _table(head, lines)


def _memory(found: Found) -> str:
    if not found.memory_mb:
        return ""
    shares = ", ".join(f"{name} {share:.0f} MB" for name, share in found.memory_mb.items())
    return f"Memory of a worker process (PSS): {shares}."


def _audits(found: Found) -> str:
    return ", ".join(f"{name} passed" for name in found.audits) or "none made"


def _table(head: tuple[str, ...], lines: Sequence[tuple[str, ...]]) -> str:
    def row(cells: tuple[str, ...]) -> str:
        return f"| {' | '.join(cells)} |"

    def rows() -> Iterator[str]:
        yield row(head)
        yield row(tuple("---" for _ in head))
        yield from (row(line) for line in lines)

    return "\n".join(rows())
