"""Plan what takes writes back, from what the journal keeps of them; touches nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from vaultskillet.core import frontmatter
from vaultskillet.core.calls import State
from vaultskillet.core.model import Digest, Edit, File, Ownership, digest_of
from vaultskillet.core.note import reconcile
from vaultskillet.core.properties import find_value
from vaultskillet.core.splice import MisplacedEditError, compose, invert, splice
from vaultskillet.core.surgery import Remove, SetText
from vaultskillet.errors import FrontmatterError
from vaultskillet.ports.journal import JournalEntry

_LINKS: Final = re.compile(rb"(?: \[\[([^\[\]\n]+)\]\])+")
_MARKED: Final = re.compile(rf"[^\s,]+/(?:{'|'.join(State)})".encode())


def plan_back(file: File, entries: Sequence[JournalEntry], now: Ownership) -> tuple[Edit, ...]:
    """Plan what takes writes to a note back; nothing where nothing of them is left.

    Args:
        file: the note, as it is.
        entries: newest first.
        now: what is ours in it by now, links that were rewritten since included.

    Raises:
        FrontmatterError: what is ours cannot be told from what is the user's.
    """
    content = file.content
    edits: tuple[Edit, ...] = ()
    for entry in entries:
        back = edits_back(replace(file, content=content), entry, now)
        content = splice(content, back)
        edits = compose(edits, back)
    return edits


def edits_back(file: File, entry: JournalEntry, now: Ownership) -> tuple[Edit, ...]:
    """Plan what takes a write back; nothing where nothing of it is left.

    From a note that was edited since, properties and links of ours are taken out. What the
    tags of calls became stays: to call again would only do it all again.

    Raises:
        FrontmatterError: what is ours cannot be told from what is the user's.
    """
    raw = file.raw
    if raw == entry.after:
        edits = invert(entry.write.edits)
        if not _leads_to(entry.write.expects, file.content, edits):
            raise FrontmatterError(f"{file.path}: its record is damaged; take it back by hand")
        return edits
    if raw == entry.write.expects:
        return ()
    marks = [made for made in entry.write.edits if _is_mark(made)]
    if not news_of(entry) and not marks:
        raise FrontmatterError(f"{file.path}: somebody wrote in it since; take it back by hand")
    front = frontmatter.edit(file.content, _removals(entry, now))
    return (*front, *_links_back(file, marks))


def _leads_to(expected: Digest, content: bytes, edits: tuple[Edit, ...]) -> bool:
    try:
        return digest_of(splice(content, edits)) == expected
    except MisplacedEditError:
        return False


def news_of(entry: JournalEntry) -> dict[str, str | tuple[str, ...]]:
    """Give the values that a write added to what was ours."""
    before = entry.owned_before.values
    return {
        key: value for key, value in entry.owned_after.values.items() if before.get(key) != value
    }


def is_marked(content: bytes, entry: JournalEntry) -> bool:
    """Say whether what a write made of the calls in a note stands in it."""
    links = [made.after for made in entry.write.edits if _LINKS.fullmatch(made.after)]
    return any(link in content for link in links)


def links_of(entries: Sequence[JournalEntry]) -> list[str]:
    """Give what stood between the brackets of the links that some writes put into a text."""
    return [
        link.decode(errors="replace")
        for entry in entries
        for made in entry.write.edits
        if not made.before and _LINKS.fullmatch(made.after)
        for link in re.findall(rb"\[\[([^\[\]]+)\]\]", made.after)
    ]


def disown(
    ownership: Ownership, entries: Sequence[JournalEntry], properties: Mapping[str, object]
) -> Ownership:
    """Give what is ours once writes were taken back: what they added is refused from now on.

    Args:
        ownership: as it was until then.
        entries: those that were taken back.
        properties: of the note, as it is then.
    """
    ownership = reconcile(ownership, properties)
    restored = {
        key: value
        for entry in entries
        for key, value in entry.owned_before.values.items()
        if isinstance(value, str) and find_value(properties, key) == value
    }
    return replace(
        ownership,
        values={**ownership.values, **restored},
        theirs=ownership.theirs - restored.keys(),
    )


def _is_mark(made: Edit) -> bool:
    """Say whether an edit is one of those that a call was answered with."""
    is_link = not made.before and _LINKS.fullmatch(made.after)
    return bool(is_link or _MARKED.fullmatch(made.after))


def _links_back(file: File, marks: Sequence[Edit]) -> list[Edit]:
    """Plan to take out the links that still stand as we wrote them."""
    written = Counter(mark.after for mark in marks if _LINKS.fullmatch(mark.after))
    edits = []
    for link, times in written.items():
        found = [match.start() for match in re.finditer(re.escape(link), file.content)]
        if len(found) > times:
            raise FrontmatterError(
                f"{file.path}: {link.decode(errors='replace').strip()} stands there more often "
                "than it was written; take it out by hand"
            )
        edits += [Edit(at, link, b"") for at in found]
    return sorted(edits, key=lambda edit: edit.start)


def _removals(entry: JournalEntry, now: Ownership) -> list[Remove | SetText]:
    """Say how each property that a write changed goes back to what it was."""
    edits, before = entry.write.edits, entry.owned_before.values
    block = any(made.after.startswith(b"---") and not made.before for made in edits)
    removals: list[Remove | SetText] = []
    for key, value in news_of(entry).items():
        old = before.get(key, "" if isinstance(value, str) else ())
        if isinstance(value, str) and isinstance(old, str) and old:
            removals.append(SetText(key, old, replaces=value))
            continue
        ours = value if isinstance(value, str) else _standing(value, old, key, now)
        line = re.compile(rb"^" + re.escape(key.encode()) + rb":", re.MULTILINE)
        was = None if any(line.search(made.after) for made in edits) else ""
        removals.append(Remove(key, ours, was=was, block=block))
    return removals


def _standing(
    items: Sequence[str], old: str | Sequence[str], key: str, now: Ownership
) -> tuple[str, ...]:
    """Give the items that a write added; of a link also what a rename has made of it since."""
    added = [item for item in items if item not in old]
    targets = {now.links[item] for item in added if item in now.links}
    heirs = [item for item in now.values.get(key, ()) if now.links.get(item) in targets]
    return tuple(dict.fromkeys([*added, *heirs]))
