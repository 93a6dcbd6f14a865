"""Measure everything, each beside its floor or its peer, and write the table.

    python -m benchmarks [--quick] [--notes N] [--many N] [--basic-memory COMMAND] [--print]

The table goes to `docs/performance.md`, between its marks. Nothing but a temporary folder and
that page is written. What a peer or the system does not allow to be measured has a row that says
so. The whole takes an hour or more, most of it for 100,000 notes; `--quick` takes a tenth of all
sizes, whose figures mean less.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks import daemon, passes, peers, start
from benchmarks.counts import LIMITS, count_modules, count_passes
from benchmarks.table import Row, render, replaced, skipped, versions
from vaultskillet.core.redact import find_sensitive

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"

_NOT_LINUX = "only Linux tells what another process takes"
_NOT_MODEL = re.compile(r"^MLX engine .*? ([\d.]+)%", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured."""

    notes: int = 10_000
    many: int = 100_000
    peer: int = 1_000
    burst: int = 5_000
    rest_s: float = 60.0
    mlx_notes: int = 16

    def quick(self) -> Sizes:
        """Give a tenth of it."""
        return Sizes(self.notes // 10, self.many // 10, self.peer // 10, self.burst // 10, 10.0, 4)


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description="Measure everything and write the table.")
    parser.add_argument("--quick", action="store_true", help="a tenth of all sizes")
    parser.add_argument("--notes", type=int, help="notes of the ordinary vault")
    parser.add_argument("--many", type=int, help="notes of the large vault")
    parser.add_argument("--basic-memory", type=Path, help="its executable, where it is installed")
    parser.add_argument("--print", action="store_true", help="leave docs/performance.md as it is")
    asked = parser.parse_args()
    sizes = Sizes().quick() if asked.quick else Sizes()
    sizes = replace(sizes, notes=asked.notes or sizes.notes, many=asked.many or sizes.many)
    busy = f"whose load was {os.getloadavg()[0]:.1f} at the start"
    rows: list[Row] = []
    named: list[str] = []
    for row in _measure(sizes, asked.basic_memory, named):
        print(f"{row.work}: {row.measured} {row.beside}".strip(), flush=True)
        rows.append(row)
    table = render(rows, versions=f"{versions(named)}, {busy}")
    print(f"\n{table}")
    if not asked.print:
        page = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(replaced(page, table), encoding="utf-8")


def _measure(sizes: Sizes, basic_memory: Path | None, named: list[str]) -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        done = passes.measure(_made(root, "passes"), sizes.notes)
        yield from _of_passes(done)
        yield _beside_basic_memory(root, sizes, basic_memory, named)
        yield _of_rest(root / "passes", sizes)
        yield from _of_many(root, sizes, done)
        yield _of_save(_made(root, "save"))
        yield _of_burst(_made(root, "burst"), sizes)
        yield from _of_start(_made(root, "start"))
        yield from _of_redaction(_made(root, "redaction"))
        yield _of_mlx(sizes)
        yield _of_counts()


def _made(root: Path, name: str) -> Path:
    (root / name).mkdir()
    return root / name


# --- passes -------------------------------------------------------------------------------


def _of_passes(done: passes.Passes) -> Iterator[Row]:
    notes = f"{done.notes:,} notes"
    floor = 1000 * done.read_s / done.notes
    yield Row(
        f"first pass, {notes}",
        "5 ms a note, 150 MB",
        f"{done.note_ms:.2f} ms a note, {done.first.peak_mb:.0f} MB",
        f"reading and hashing: {floor:.3f} ms a note; {_in_parses(done)}",
        done.note_ms <= 5 and done.first.peak_mb <= 150,  # noqa: PLR2004 - the target
    )
    quick = (
        ("nothing changed", done.unchanged, done.start),
        (f"{passes.CHANGED} changed", done.changed, done.start_to_work),
    )
    for name, cost, begin in quick:
        took = max(0.0, cost.cpu_s - begin.cpu_s)
        limit = 3.0
        ratio = took / done.stat_s
        yield Row(
            f"`run --once`, {name}, {notes}",
            f"{limit:.0f} times walking and `stat`"
            + (" and the notes' own cost" if cost is done.changed else ""),
            f"{1000 * took:.0f} ms, start-up of {1000 * begin.cpu_s:.0f} ms apart",
            f"walking and `stat`: {1000 * done.stat_s:.0f} ms; {ratio:.1f} times",
            took
            <= limit * done.stat_s
            + (passes.CHANGED * done.note_ms / 1000 if cost is done.changed else 0),
        )


def _in_parses(done: passes.Passes) -> str:
    return f"markdown-it-py's parse: {done.parse_ms:.2f} ms; {done.parses:.1f} times"


def _of_many(root: Path, sizes: Sizes, few: passes.Passes) -> Iterator[Row]:
    done = passes.measure(_made(root, "many"), sizes.many)
    growth = done.note_ms / few.note_ms
    yield Row(
        f"first pass, {sizes.many:,} notes",
        "a note costs less than 1.3 times as much; 450 MB",
        f"{done.note_ms:.2f} ms a note, {done.first.peak_mb:.0f} MB",
        f"{growth:.2f} times the cost among {sizes.notes:,}; {_in_parses(done)}",
        growth < 1.3 and done.first.peak_mb <= 450,  # noqa: PLR2004 - the target
    )


def _beside_basic_memory(root: Path, sizes: Sizes, command: Path | None, named: list[str]) -> Row:
    work, target = f"first pass, {sizes.peer:,} notes", "30 times the notes of basic-memory"
    if command is None:
        return skipped(work, target, "name basic-memory's executable with `--basic-memory`")
    try:
        peer = peers.index_by_basic_memory(command, _made(root, "peer"), sizes.peer)
    except OSError as error:
        return skipped(work, target, f"basic-memory does not start: {error.strerror}")
    except subprocess.CalledProcessError as error:
        step = " ".join(error.cmd[1:3])
        return skipped(work, target, f"basic-memory {step} ended with {error.returncode}")
    named.append(peer.version)
    mine = passes.measure(_made(root, "beside"), sizes.peer)
    ratio = peer.note_ms / mine.note_ms
    return Row(
        work,
        target,
        f"{mine.note_ms:.2f} ms a note",
        f"{peer.version}, index alone: {peer.note_ms:.0f} ms a note; {ratio:.0f} times",
        ratio >= 30,  # noqa: PLR2004 - the target
    )


# --- the daemon ---------------------------------------------------------------------------


def _of_rest(folder: Path, sizes: Sizes) -> Row:
    work, target = f"at rest, {sizes.notes:,} notes", "0.1 s a minute, 90 MB, one wake-up a second"
    rest = daemon.measure_rest(folder / "vault", folder / "state", seconds=sizes.rest_s)
    if rest is None:
        return skipped(work, target, _NOT_LINUX)
    return Row(
        work,
        target,
        f"{rest.cpu_s:.2f} s a minute, {rest.memory_mb:.0f} MB",
        f"{rest.wakes_a_second:.2f} wake-ups a second",
        rest.cpu_s <= 0.1 and rest.memory_mb <= 90 and rest.wakes_a_second <= 1,  # noqa: PLR2004 - the target
    )


def _of_save(folder: Path) -> Row:
    work, target = "from save to written", "quiet time and 0.3 s"
    try:
        took = daemon.measure_save(folder)
    except TimeoutError as error:
        return Row(work, target, str(error), held=False)
    if took is None:
        return skipped(work, target, _NOT_LINUX)
    limit = 0.3
    return Row(work, target, f"quiet time and {took:.2f} s", "", took <= limit)


def _of_burst(folder: Path, sizes: Sizes) -> Row:
    burst = daemon.measure_burst(folder, sizes.burst)
    sweep = f", and a sweep called for {burst.overflows} times" if burst.overflows else ""
    return Row(
        f"a burst of {burst.files:,} changes",
        "none lost; 1 ms a file for the watcher",
        f"told of {burst.told:,}{sweep}; {burst.cpu_ms:.2f} ms a file",
        "",
        (burst.told == burst.files or burst.overflows > 0) and burst.cpu_ms <= 1,
    )


# --- the rest -----------------------------------------------------------------------------


def _of_start(folder: Path) -> Iterator[Row]:
    took = start.measure(folder)
    limit = 1.6
    for name in ("--help", "status"):
        ratio = took[name] / took["bare"]
        yield Row(
            f"`vaultskillet {name}`",
            f"{limit} times a bare Typer program",
            f"{1000 * took[name]:.0f} ms",
            f"bare: {1000 * took['bare']:.0f} ms; {ratio:.2f} times",
            ratio <= limit,
        )


def _of_redaction(folder: Path) -> Iterator[Row]:
    texts = [path.read_text(encoding="utf-8") for path in passes.make_vault(folder, 200)]
    ours = peers.speed_of(find_sensitive, texts)
    work, limit = "redaction of clean text", 5.0
    yield Row(work, f"{limit:.0f} MB/s", f"{ours:.1f} MB/s", "", ours >= limit)
    target = "20 times presidio-analyzer"
    peer = peers.presidio_speed(texts)
    if peer is None:
        yield skipped(work, target, "presidio-analyzer is not installed here")
        return
    yield Row(
        work,
        target,
        f"{ours:.1f} MB/s",
        f"its e-mail and phone recognizers: {peer:.2f} MB/s; {ours / peer:.0f} times",
        ours >= 20 * peer,
    )


def _of_mlx(sizes: Sizes) -> Row:
    work, target = f"MLX, what is not the model, {sizes.mlx_notes} notes", "3 % of the time"
    script = str(Path(__file__).with_name("engines.py"))
    ended = subprocess.run(  # noqa: S603 - our own
        [sys.executable, script, str(sizes.mlx_notes), "64"],
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    found = _NOT_MODEL.search(ended.stdout)
    if ended.returncode or not found:
        return skipped(work, target, "MLX does not run here")
    share = float(found[1])
    return Row(work, target, f"{share:.1f} %", "the next table has more", share < 3)  # noqa: PLR2004 - the target


def _of_counts() -> Row:
    counted = {**count_modules(), **count_passes()}
    beyond = [
        f"{part}: {what}"
        for part, limits in LIMITS.items()
        for what, limit in limits.items()
        if counted[part].get(what, 0) > limit
    ]
    figures = sum(map(len, LIMITS.values()))
    return Row(
        "what is counted, not timed",
        f"{figures} limits in `benchmarks/counts.py`",
        "; ".join(beyond) or "all within",
        "files, statements, bytes, parses, calls, imports",
        not beyond,
    )


if __name__ == "__main__":
    main()
