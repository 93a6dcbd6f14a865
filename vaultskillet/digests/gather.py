"""From the state and the vault: all that a digest says of a period, but for statements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from vaultskillet.core import markdown, redact
from vaultskillet.core.activity import count_words
from vaultskillet.core.digest import (
    Digest,
    Numbers,
    build_digest,
    count_streak,
    numbers_of,
    span_text,
)
from vaultskillet.core.links import Names, file_key, file_keys, inner_of
from vaultskillet.core.model import CreateNote, NotePath
from vaultskillet.core.periods import Period, period_at
from vaultskillet.core.pieces import Piece
from vaultskillet.core.properties import find_value
from vaultskillet.core.related import THRESHOLD
from vaultskillet.core.terms import features_of
from vaultskillet.core.themes import Group, Member, find_themes
from vaultskillet.digests.kit import DigestKit, Spec
from vaultskillet.digests.selection import Reading, Selection, read_public, select

NEIGHBOURS = 40
"""Similar notes among which those of the same period are looked for."""
STREAK_S = 400 * 24 * 3600.0
"""How far back a streak is counted."""
LEAST_WORDS = 40
"""A note with fewer is a list or a stub: it is like all that it lists."""
OUTPUTS = ("Answers/", "Insights/")


@dataclass(frozen=True, slots=True)
class Gathered:
    """A digest without statements, and what statements may rest on."""

    digest: Digest
    pieces: tuple[Piece, ...]
    links: dict[NotePath, str]
    """How each note is linked to."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing happened that may be told."""
        return not self.pieces and not self.digest.outputs and not self.digest.unnamed


def gather(
    spec: Spec, period: Period, kit: DigestKit, *, source: NotePath, late_since: float | None
) -> Gathered:
    """Gather what a digest of a period says.

    Args:
        spec: of the digest.
        period: what it is about.
        kit: what digests are made with.
        source: the note that its links stand in.
        late_since: when the digest before was made; see `select`.

    Raises:
        RedactionError: a filter failed.
    """
    selection = select(
        spec,
        period,
        kit,
        late_since=late_since,
        progress=lambda done, total: kit.progress("reading", done, total),
    )
    outputs = _outputs(period, kit)
    suggestions = _suggestions(selection.readings, kit)
    named = dict.fromkeys(piece.path for piece in selection.pieces)
    named.update(dict.fromkeys([*outputs, *(path for pair in suggestions for path in pair)]))
    links = _links(named, source, kit)
    zone = kit.zone()
    first = datetime.fromtimestamp(period.starts, zone)
    last = datetime.fromtimestamp(period.ends, zone) - timedelta(seconds=1)
    now = kit.moment()
    moments = kit.store.activity.moments(period.ends - STREAK_S, period.ends)
    digest = build_digest(
        selection.pieces,
        links,
        name=spec.name,
        period=period.id,
        span=span_text(first.date(), last.date()),
        until="" if now >= last else f"{now:%A, %H:%M}",
        before=_numbers_before(spec, period, kit),
        streak=count_streak(moments, min(last, now).date(), zone=zone),
        groups=_themes(selection, kit),
        outputs=outputs,
        suggestions=suggestions,
        unnamed=selection.unnamed,
    )
    return Gathered(digest, selection.pieces, links)


def _links(paths: Iterable[NotePath], source: NotePath, kit: DigestKit) -> dict[NotePath, str]:
    """Write the link to each note that one can lead to."""
    paths = list(paths)
    known = kit.store.ledger.named({file_key(path) for path in paths})
    names = Names(dict.fromkeys([*known, *paths]))
    style = kit.vault.link_format
    links = {path: names.link(path, source=source, style=style) for path in paths}
    return {path: link for path, link in links.items() if link is not None}


# --- what the notes have to do with one another ------------------------------------------


def _themes(selection: Selection, kit: DigestKit) -> tuple[Group, ...]:
    readings = selection.readings
    names = Names(reading.piece.path for reading in readings)
    members = []
    for done, reading in enumerate(readings, 1):
        kit.progress("comparing", done, len(readings))
        piece = reading.piece
        found = kit.store.index.similar(reading.features, limit=NEIGHBOURS)
        linked = (names.resolve(link, piece.path) for link in reading.features.links)
        members.append(
            Member(
                path=piece.path,
                title=piece.title,
                text=piece.text,
                tags=piece.tags,
                likeness={one.path: one.score for one in found},
                links=frozenset(path for path in linked if path is not None),
            )
        )
    return find_themes(members, rarity=kit.store.index.rarities)


def _suggestions(readings: Sequence[Reading], kit: DigestKit) -> list[tuple[NotePath, NotePath]]:
    """Give pairs of notes that are alike and not linked, best first; each note once."""
    pairs = []
    for reading in readings:
        linked = {key for link in reading.features.links for key in file_keys(link)}
        for one in kit.store.index.similar(reading.features, limit=NEIGHBOURS):
            if one.score < THRESHOLD:
                break
            if file_key(one.path) not in linked:
                pairs.append((one.score, reading.piece.path, one.path))
    unlisted = kit.store.index.unlisted({other for _, _, other in pairs})
    chosen: list[tuple[NotePath, NotePath]] = []
    taken: set[NotePath] = set()
    for _, path, other in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if other in unlisted or taken & {path, other}:
            continue
        if not (_lacks_link(other, path, kit) and _lacks_link(path, other, kit)):
            continue
        taken |= {path, other}
        chosen.append((path, other))
    return chosen


def _lacks_link(path: NotePath, to: NotePath, kit: DigestKit) -> bool:
    """Say whether a note may be named, has a text, and does not link to another."""
    if redact.redact(path.removesuffix(".md"), kit.filters).findings:
        return False
    note = read_public(path, kit)
    document = markdown.read(note.body) if note else None
    if note is None or document is None or count_words(document) < LEAST_WORDS:
        return False
    links = features_of(note, document, tags=()).links
    return file_key(to) not in {key for link in links for key in file_keys(link)}


# --- what else happened -------------------------------------------------------------------


def _outputs(period: Period, kit: DigestKit) -> list[NotePath]:
    """Give the answers and insights that were written in a period and still stand, in order."""
    folders = tuple(f"{kit.output_folder}/{folder}" for folder in OUTPUTS)
    written = {
        entry.write.path: None
        for entry in reversed(kit.store.journal.entries(since=period.starts))
        if isinstance(entry.write, CreateNote)
        and entry.state == "done"
        and entry.at < period.ends
        and entry.write.path.startswith(folders)
    }
    return [path for path in written if _may_be_told(path, kit)]


def _may_be_told(path: NotePath, kit: DigestKit) -> bool:
    """Say whether a note of ours stands, and comes from a note that is not private."""
    note = read_public(path, kit)
    if note is None or redact.redact(path.removesuffix(".md"), kit.filters).findings:
        return False
    source = find_value(note.properties, "source")
    inner = inner_of(source) if isinstance(source, str) else None
    if inner is None:
        return False
    origin = Names(kit.store.ledger.named(file_keys(inner))).resolve(inner, path)
    return origin is not None and read_public(origin, kit) is not None


def _numbers_before(spec: Spec, period: Period, kit: DigestKit) -> Numbers | None:
    """Count the period before; None where nothing is known of it."""
    moment = datetime.fromtimestamp(period.starts - 1, kit.zone())
    before = period_at(spec.rhythm, moment)
    if before is None:
        return None
    selection = select(spec, replace(before, ends=period.starts), kit)
    return numbers_of(selection.pieces) if selection.readings else None
