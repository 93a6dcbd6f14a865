"""How well redaction finds what it should, and how fast, beside other tools.

Run from the repository's root: `python -m benchmarks.redaction [--prose FOLDER]`.
Peers that are not installed are named as absent.
"""

from __future__ import annotations

import argparse
import importlib
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.core.filters.cases import APART, CASES, FRESH, HELD_OUT, Case
from vaultskillet.core.redact import Finding, Kind, find_sensitive

Find = Callable[[str], Iterable[Finding]]
KINDS: tuple[Kind, ...] = ("email", "phone", "secret")
RUNS = 3
BLOCK_CHARS = 4000


@dataclass(frozen=True, slots=True)
class Tool:
    """One column of the comparison."""

    name: str
    kinds: tuple[Kind, ...]
    find: Find


def vaultskillet() -> Tool:
    """Give our own filters."""
    return Tool("vaultskillet", KINDS, find_sensitive)


def presidio() -> Tool:
    """Give presidio-analyzer's recognizers of the two kinds it knows, without its NLP."""
    recognizers = importlib.import_module("presidio_analyzer.predefined_recognizers")
    known: list[tuple[Kind, str, object]] = [
        ("email", "EMAIL_ADDRESS", recognizers.EmailRecognizer()),
        ("phone", "PHONE_NUMBER", recognizers.PhoneRecognizer()),
    ]

    def find(text: str) -> Iterable[Finding]:
        for kind, entity, recognizer in known:
            for found in recognizer.analyze(text, [entity], None):  # type: ignore[attr-defined]  # untyped
                yield Finding(kind, found.start, found.end)

    return Tool("presidio-analyzer", ("email", "phone"), find)


def detect_secrets() -> Tool:
    """Give detect-secrets with all its detectors, line by line."""
    scan = importlib.import_module("detect_secrets.core.scan")
    settings = importlib.import_module("detect_secrets.settings")

    def find(text: str) -> Iterable[Finding]:
        start = 0
        with settings.default_settings():
            for line in text.splitlines(keepends=True):
                values = {secret.secret_value for secret in scan.scan_line(line)} - {None, ""}
                for value in values:
                    at = line.find(value)
                    if at >= 0:
                        yield Finding("secret", start + at, start + at + len(value))
                start += len(line)

    return Tool("detect-secrets", ("secret",), find)


def scrubadub() -> Tool:
    """Give scrubadub with its detectors of the three kinds."""
    library = importlib.import_module("scrubadub")
    kind_of: dict[str, Kind] = {"email": "email", "phone": "phone", "credential": "secret"}
    scrubber = library.Scrubber()

    def find(text: str) -> Iterable[Finding]:
        for filth in scrubber.iter_filth(text):
            if filth.type in kind_of:
                yield Finding(kind_of[filth.type], filth.beg, filth.end)

    return Tool("scrubadub", KINDS, find)


def phonenumbers_alone() -> Tool:
    """Give libphonenumber's own matcher, told that national numbers are American."""
    library = importlib.import_module("phonenumbers")

    def find(text: str) -> Iterable[Finding]:
        for match in library.PhoneNumberMatcher(text, "US"):
            yield Finding("phone", match.start, match.end)

    return Tool("phonenumbers (US)", ("phone",), find)


def recall(tool: Tool, cases: Sequence[Case], kind: Kind, *, is_hard: bool) -> str:
    """Give the share of values that are covered to the last character."""
    if kind not in tool.kinds:
        return "-"
    hits = [
        set(range(wanted.start, wanted.end)) <= covered(tool.find(case.text))
        for case in cases
        if case.is_hard is is_hard
        for wanted in case.wanted
        if wanted.kind == kind
    ]
    return f"{sum(hits) / len(hits):.3f}"


def covered(findings: Iterable[Finding]) -> set[int]:
    """Give every position within a finding."""
    return {i for found in findings for i in range(found.start, found.end)}


def leaks(tool: Tool, cases: Sequence[Case]) -> str:
    """Give the share of notes in which a character of a value of the tool's kinds is left."""
    left = [
        any(
            not set(range(wanted.start, wanted.end)) <= covered(tool.find(case.text))
            for wanted in case.wanted
            if wanted.kind in tool.kinds
        )
        for case in cases
        if any(wanted.kind in tool.kinds for wanted in case.wanted)
    ]
    return f"{sum(left) / len(left):.1%}"


def precision(tool: Tool, cases: Sequence[Case]) -> str:
    """Give the share of findings that touch what was meant."""
    right = [
        any(found.start < wanted.end and wanted.start < found.end for wanted in case.wanted)
        for case in cases
        for found in tool.find(case.text)
    ]
    return f"{sum(right) / len(right):.3f}" if right else "-"


def traps_hit(tool: Tool, cases: Sequence[Case]) -> str:
    """Give the share of notes without anything sensitive that the tool would alter."""
    hit = [any(True for _ in tool.find(case.text)) for case in cases if not case.wanted]
    return f"{sum(hit) / len(hit):.1%}"


def speed(tool: Tool, texts: Sequence[str]) -> str:
    """Give megabytes of UTF-8 a CPU second, the best of some runs."""
    size = sum(len(text.encode()) for text in texts) / 1e6
    best = float("inf")
    for _ in range(RUNS):
        start = time.process_time()
        for text in texts:
            list(tool.find(text))
        best = min(best, time.process_time() - start)
    return f"{size / best:.2f}"


def blocks(texts: Iterable[str]) -> list[str]:
    """Join short texts into notes of ordinary length."""
    joined = "\n\n".join(texts)
    return [joined[at : at + BLOCK_CHARS] for at in range(0, len(joined), BLOCK_CHARS)]


def report(tools: Sequence[Tool], cases: Sequence[Case], prose: Sequence[str]) -> None:
    """Print a Markdown table, one tool a row."""
    hard = [f"{kind}, hard" for kind in KINDS]
    print("|".join(["", "tool", *KINDS, *hard, "leaks", "precision", "traps", "MB/s", "prose", ""]))
    print("|" + "---|" * 12)
    for tool in tools:
        cells = [tool.name]
        cells += [recall(tool, cases, kind, is_hard=False) for kind in KINDS]
        cells += [recall(tool, cases, kind, is_hard=True) for kind in KINDS]
        cells += [leaks(tool, cases), precision(tool, cases), traps_hit(tool, cases)]
        cells += [speed(tool, blocks(case.text for case in cases))]
        cells += [speed(tool, prose) if prose else "-"]
        print("|" + "|".join(cells) + "|")


def main() -> None:
    """Compare all tools that are installed."""
    parser = argparse.ArgumentParser(description="Compare redaction with other tools.")
    parser.add_argument("--prose", type=Path, help="a folder of notes, to time clean prose")
    folder = parser.parse_args().prose
    paths = sorted(folder.rglob("*.md"))[:200] if folder else []
    prose = [path.read_text(encoding="utf-8", errors="replace") for path in paths]
    tools = []
    for make in (vaultskillet, presidio, detect_secrets, scrubadub, phonenumbers_alone):
        try:
            tools.append(make())
        except ImportError as error:
            print(f"{make.__name__}: absent ({error.name})")
    report(tools, [*CASES, *HELD_OUT, *FRESH], prose)
    print()
    report([vaultskillet()], APART, [])  # ours alone: the other tools are slow


if __name__ == "__main__":
    main()
