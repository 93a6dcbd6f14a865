"""The page of what waits for review: a note of ours with two boxes to tick for each proposal.

Its last line holds a digest of all that we wrote. While that fits, whichever boxes are ticked, the
page is ours: it may be replaced, and its ticks mean what stands beside them. Once anything else
was written into it, it is somebody's note, and no tick in it means anything. What plug-ins do to
every note that is saved is no writing: blanks, bullets, and properties, which stay.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from vaultskillet.core.model import digest_of

NAME: Final = "Review"
"""Of the page, where no other note of the vault has it."""

_MARK: Final = "homeskillet:review"
_DIGEST_CHARS: Final = 8

_INTRODUCTION: Final = """\
What vaultskillet would write into these notes, and has not written. Tick what you accept and what \
you reject: it is done once this page has rested for a moment. Write nothing else here.
"""
_MORE: Final = "More waits than stands here: `vaultskillet review` lists all of it.\n"

_ALL: Final = "all"
_SAYINGS: Final = {"accept": "Accept", "reject": "Reject"}
_END: Final = re.compile(rf"\n%% {_MARK} (?P<digest>[0-9a-f]{{{_DIGEST_CHARS}}}) %%\Z")
# Of a box that somebody ticked, together with what the plug-in Tasks adds to it.
_BOX: Final = re.compile(
    rf"[-*+] \[(?P<mark>[^\]])\] (?P<said>(?:{'|'.join(_SAYINGS.values())})[^\^\n✅]*?)"
    r"(?: ✅ \d{4}-\d\d-\d\d)? \^(?P<verdict>[a-z]+)-(?P<key>[0-9a-z-]+)(?: ✅ \d{4}-\d\d-\d\d)?"
)
_PATH: Final = re.compile(rf"{NAME}(?: - \d+)?\.md")


@dataclass(frozen=True, slots=True)
class Entry:
    """One proposal on the page."""

    key: str
    """Stands for the note and all that is proposed for it; digits, letters and dashes."""
    link: str
    """To the note, brackets included, or its mere name."""
    lines: tuple[str, ...]
    """What would be set, a property a line; nobody may trust it."""


def is_page(path: str, folder: str) -> bool:
    """Say whether a path may be that of the page.

    >>> is_page("Homeskillet/Review - 2.md", "Homeskillet"), is_page("Review.md", "Homeskillet")
    (True, False)
    """
    within, _, name = path.rpartition("/")
    return within == folder and _PATH.fullmatch(name) is not None


def write_page(entries: Sequence[Entry], *, has_more: bool) -> str:
    """Write the page, without properties; nothing on it but its links reads as anything but words.

    Args:
        entries: in the order in which they are to stand there.
        has_more: whether more waits than these.
    """
    parts = [_INTRODUCTION, _boxes(_ALL, " all of these")]
    for entry in entries:
        said = "\n".join(map(_code, entry.lines))
        name = entry.link if entry.link.startswith("[[") else _code(entry.link)
        parts += [f"## {name}\n", f"{said}\n", _boxes(entry.key, "")]
    parts += [_MORE] if has_more else []
    text = "\n".join(parts)
    return f"{text}\n%% {_MARK} {_digest(text)} %%\n"


def read_page(text: str) -> Mapping[str, str] | None:
    """Read which boxes are ticked; None where the page is not as we left it, apart from those.

    Args:
        text: of the page, without its properties.

    Returns:
        Key -> `accept` or `reject`; one for which both are ticked is left out. What is ticked for
        all is so for each of which nothing else is.
    """
    whole = _unticked(text)
    end = _END.search(whole)
    if end is None or _digest(whole[: end.start()]) != end["digest"]:
        return None
    boxes = list(filter(None, map(_BOX.fullmatch, _lines(text))))
    ticked: dict[str, set[str]] = {box["key"]: set() for box in boxes}
    for box in boxes:
        if box["mark"] in "xX":
            ticked[box["key"]].add(box["verdict"])
    for_all = ticked.pop(_ALL, set())
    said = {key: verdicts or for_all for key, verdicts in ticked.items()}
    return {key: verdict for key, one in said.items() if len(one) == 1 for verdict in one}


def key_of(number: int, said: Collection[str]) -> str:
    """Give the key of a proposal: another one for whatever else is proposed, or to another note."""
    return f"{number}-{digest_of(chr(0).join(said).encode('utf-8', 'replace'))[:_DIGEST_CHARS]}"


def _boxes(key: str, what: str) -> str:
    return "".join(f"- [ ] {said}{what} ^{verb}-{key}\n" for verb, said in _SAYINGS.items())


def _code(text: str) -> str:
    """Put a text between backticks, where it is read as words and nothing else."""
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if longest else ""
    return f"{fence}{pad}{' '.join(text.split())}{pad}{fence}"


def _lines(text: str) -> list[str]:
    lines = (line.rstrip() for line in text.replace("\r\n", "\n").split("\n"))
    return [line for line in lines if line]


def _unticked(text: str) -> str:
    return "\n".join(
        f"- [ ] {box['said']} ^{box['verdict']}-{box['key']}"
        if (box := _BOX.fullmatch(line))
        else line
        for line in _lines(text)
    )


def _digest(text: str) -> str:
    return digest_of(_unticked(text).encode("utf-8", "replace"))[:_DIGEST_CHARS]
