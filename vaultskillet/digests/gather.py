"""From the state and the vault: all that a digest says of a period, but for statements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from vaultskillet.core import markdown, redact
from vaultskillet.core.activity import count_words
from vaultskillet.core.digest import (
    MOST_SUGGESTIONS,
    Digest,
    Numbers,
    build_digest,
    count_streak,
    numbers_of,
    span_text,
)
from vaultskillet.core.likeness import explain
from vaultskillet.core.links import Names, file_key, file_keys, inner_of
from vaultskillet.core.model import CreateNote, Evidence, NotePath, Similar
from vaultskillet.core.periods import Calendar, Period, Unit, period_at
from vaultskillet.core.pieces import Piece, inert_line
from vaultskillet.core.properties import find_value
from vaultskillet.core.terms import features_of
from vaultskillet.core.theme_names import Member
from vaultskillet.core.themes import MOST_NOTES, Group, find_themes
from vaultskillet.digests.kit import DigestKit, Spec
from vaultskillet.digests.selection import Reading, read_public, select

NEIGHBOURS = 40
"""Similar notes among which those of the same period are looked for."""
STREAK_S = 400 * 24 * 3600.0
"""How far back a streak is counted."""
LEAST_LIKELY = 0.4
"""Of a link that is suggested: how likely it is that an author who links would have made it."""
LEAST_WORDS = 40
"""A note with fewer is a list or a stub: it is like all that it lists."""
NAMED = "its text names it"
TELLING = 0.5
"""Of a name that stands in a text: so telling it must be, else it may be a mere word there."""
OUTPUTS = ("Answers/", "Insights/")

_LENGTHS = {Unit.DAILY: "day", Unit.WEEKLY: "week", Unit.MONTHLY: "month"}

Near = Mapping[NotePath, Sequence[Similar]]
"""Note of the period -> the notes most like it, best first."""

Missing = tuple[NotePath, NotePath, str]
"""A note, another that it does not link to, and what speaks for a link."""


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
        source: the note that it stands in, and does not tell of.
        late_since: when the digest before was made; see `select`.

    Raises:
        RedactionError: a filter failed.
    """
    selection = select(
        spec,
        period,
        kit,
        besides=source,
        late_since=late_since,
        progress=lambda done, total: kit.progress("reading", done, total),
    )
    outputs = _outputs(period, kit)
    near = _neighbours(selection.readings, kit)
    suggestions = _suggestions(selection.readings, near, kit)
    named = dict.fromkeys(piece.path for piece in selection.pieces)
    named.update(dict.fromkeys(path for pair in outputs for path in pair))
    named.update(dict.fromkeys(path for pair in suggestions for path in pair[:2]))
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
        length=_LENGTHS[spec.rhythm.unit] if isinstance(spec.rhythm, Calendar) else "time",
        before=_numbers_before(spec, period, kit),
        streak=count_streak(moments, min(last, now).date(), zone=zone),
        groups=_themes([one for one in selection.readings if one.piece.path in links], near, kit),
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


def _neighbours(readings: Sequence[Reading], kit: DigestKit) -> Near:
    near = {}
    compared = readings[:MOST_NOTES]
    for done, reading in enumerate(compared, 1):
        kit.progress("comparing", done, len(compared))
        near[reading.piece.path] = kit.store.index.similar(reading.features, limit=NEIGHBOURS)
    return near


def _themes(readings: Sequence[Reading], near: Near, kit: DigestKit) -> Iterator[Group]:
    """Group the notes that can be linked to; what a group is called does nothing but be read."""
    names = Names(reading.piece.path for reading in readings)
    members = []
    for reading in readings:
        piece = reading.piece
        linked = (names.resolve(link, piece.path) for link in reading.features.links)
        members.append(
            Member(
                path=piece.path,
                title=piece.title,
                text=piece.text,
                tags=piece.tags,
                likeness={one.path: one.evidence.cosine for one in near.get(piece.path, ())},
                links=frozenset(path for path in linked if path is not None),
            )
        )
    for group in find_themes(members, rarity=kit.store.index.rarities):
        name = inert_line(group.name, kit.filters)
        if name is not None:
            yield replace(group, name=name)


def _suggestions(readings: Sequence[Reading], near: Near, kit: DigestKit) -> list[Missing]:
    """Give links that may be missing, best first; each note is in one of them."""
    pairs: list[tuple[float, NotePath, Similar]] = []
    for reading in readings:
        linked = {key for link in reading.features.links for key in file_keys(link)}
        pairs += [
            (one.score, reading.piece.path, one)
            for one in near.get(reading.piece.path, ())
            if one.score >= LEAST_LIKELY and file_key(one.path) not in linked
        ]
    unlisted = kit.store.index.unlisted({one.path for _, _, one in pairs})
    chosen: list[Missing] = []
    taken: set[NotePath] = set()
    for _, path, one in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2].path)):
        if one.path in unlisted or taken & {path, one.path}:
            continue
        if not (_lacks_link(one.path, path, kit) and _lacks_link(path, one.path, kit)):
            continue
        taken |= {path, one.path}
        chosen.append((path, one.path, _because(one.evidence)))
        if len(chosen) == MOST_SUGGESTIONS:
            break
    return chosen


def _because(evidence: Evidence) -> str:
    """Say in few words what speaks for a link most."""
    return NAMED if evidence.mention >= TELLING else explain(evidence).partition(";")[0]


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


def _outputs(period: Period, kit: DigestKit) -> list[tuple[NotePath, NotePath]]:
    """Give the answers and insights of a period that still stand, and what each came from."""
    folders = tuple(f"{kit.output_folder}/{folder}" for folder in OUTPUTS)
    written = {
        entry.write.path: None
        for entry in reversed(kit.store.journal.entries(since=period.starts))
        if isinstance(entry.write, CreateNote)
        and entry.state == "done"
        and entry.at < period.ends
        and entry.write.path.startswith(folders)
    }
    return [(path, origin) for path in written if (origin := _origin_of(path, kit)) is not None]


def _origin_of(path: NotePath, kit: DigestKit) -> NotePath | None:
    """Give the note that one of ours is about; None where either may not be told of."""
    note = read_public(path, kit)
    if note is None or redact.redact(path.removesuffix(".md"), kit.filters).findings:
        return None
    source = find_value(note.properties, "source")
    inner = inner_of(source) if isinstance(source, str) else None
    if inner is None:
        return None
    origin = Names(kit.store.ledger.named(file_keys(inner))).resolve(inner, path)
    if origin is None or redact.redact(origin, kit.filters).findings:
        return None
    return origin if read_public(origin, kit) is not None else None


def _numbers_before(spec: Spec, period: Period, kit: DigestKit) -> Numbers | None:
    """Count the period before; None where nothing is known of it."""
    moment = datetime.fromtimestamp(period.starts - 1, kit.zone())
    before = period_at(spec.rhythm, moment)
    if before is None:
        return None
    selection = select(spec, replace(before, ends=period.starts), kit)
    return numbers_of(selection.pieces) if selection.readings else None
