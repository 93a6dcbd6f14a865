"""What a run did, in one line; a module of its own because that takes no library."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vaultskillet.report import RunReport


def summary_of(report: RunReport, *, dry_run: bool = False) -> str:
    """Give the one line that sums a run up."""
    left = report.count("left") + len(report.skipped)
    counts = {
        "would be written" if dry_run else "written": report.count("written"),
        "proposed, see `vaultskillet review`": report.count("proposed"),
        "unchanged": report.unchanged,
        "left alone": left,
        "changed meanwhile": report.count("overtaken"),
        "failed": report.count("failed"),
        "waiting, see `vaultskillet status`": max(
            0, report.waiting - report.count("failed") - report.count("overtaken")
        ),
        "given up, see `vaultskillet status`": report.buried,
    }
    told = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    return f"notes: {told or 'none'} ({report.elapsed_s:.1f} s)"
