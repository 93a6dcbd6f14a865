"""Where a digest goes, and how it gets there: a note of its own, or a block in the user's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from vaultskillet.core import markdown
from vaultskillet.core.blocks import find_blocks, plan_block, write_block
from vaultskillet.core.links import file_key
from vaultskillet.core.model import (
    CreateNote,
    Edit,
    EditNote,
    File,
    Found,
    NotePath,
    Overtaken,
    Ownership,
    Plan,
    Written,
)
from vaultskillet.core.moment import format_moment
from vaultskillet.core.naming import free_name
from vaultskillet.core.note import read_note, read_wishes, reconcile
from vaultskillet.core.periods import Calendar, Period, last_day
from vaultskillet.digests.kit import DigestKit, Spec
from vaultskillet.errors import FrontmatterError, NoteGoneError, VaultError, WriteError

FOLDER = "Digests"
"""Where digests of their own stand, below our own folder."""

_LEVEL = 2


class NotRestedError(WriteError):
    """The user's note changed a moment ago; it is to be left in peace."""


@dataclass(frozen=True, slots=True)
class Target:
    """The note that a digest goes into."""

    path: NotePath
    file: File | None
    """As it stands; None: it is to be made."""
    is_users: bool
    """A daily, weekly or monthly note of the user's."""

    @property
    def level(self) -> int:
        """Of the headings of its parts."""
        return _LEVEL + 1 if self.is_users else _LEVEL


def key_of(spec: Spec, period: Period) -> str:
    """Name a digest and its period in the comments around it."""
    return f"{spec.name} {period.id}"


def find_target(spec: Spec, period: Period, kit: DigestKit) -> Target | str:
    """Find the note that a digest goes into, or say why it goes nowhere.

    Raises:
        VaultError: something else stands where its note should be.
    """
    if spec.write_to is not None:
        found = _find_users(spec, period, kit)
        if isinstance(found, Target) and not _is_edited(found, spec, period):
            return found
        if found is None and spec.if_missing == "leave":
            return f"there is no {spec.write_to} note of yours for it"
    return next(
        target for target in _own_targets(spec, period, kit)
        if not _is_edited(target, spec, period)
    )  # fmt: skip


def stands_in(target: Target, spec: Spec, period: Period) -> bool:
    """Say whether a digest of the period stands in a note already."""
    return target.file is not None and bool(find_blocks(_text(target.file), key_of(spec, period)))


def _is_edited(target: Target, spec: Spec, period: Period) -> bool:
    """Say whether the last one there is the user's by now, and the new one goes elsewhere."""
    if spec.if_edited == "below" or target.file is None:
        return False
    blocks = find_blocks(_text(target.file), key_of(spec, period))
    return bool(blocks) and not blocks[-1].is_ours


def _find_users(spec: Spec, period: Period, kit: DigestKit) -> Target | None:
    place = kit.periodic().get(spec.write_to) if spec.write_to else None
    if place is None:
        return None
    # A pattern may have weeks begin on Sunday: the last day of ours is in the next of those.
    is_alike = isinstance(spec.rhythm, Calendar) and spec.rhythm.unit is spec.write_to
    day = period.named if is_alike else last_day(spec.rhythm, period)
    name = format_moment(day, place.format)
    path = NotePath(f"{place.folder}/{name}.md" if place.folder else f"{name}.md")
    found = kit.vault.find(path)
    if found is None and spec.if_missing == "create":
        return Target(path, None, is_users=True)
    if not isinstance(found, Found):
        return None
    file = kit.vault.read(path)
    return Target(path, file, is_users=True) if _may_be_written(file, kit) else None


def _may_be_written(file: File, kit: DigestKit) -> bool:
    """Say whether a note of the user's is whole, and does not ask to be left alone."""
    try:
        note = read_note(file, (), tag=kit.tag)
    except FrontmatterError:
        return False
    document = markdown.read(note.body)
    tags = (tag.name for tag in document.tags)
    wishes = read_wishes(note.properties, tags, tag=kit.tag)
    return not wishes.skip and not document.conflict_markers


def _own_targets(spec: Spec, period: Period, kit: DigestKit) -> Iterator[Target]:
    """Give the notes of its own that a digest may have: the first is the usual one."""
    name = format_moment(period.named, spec.pattern)
    folder, _, wanted = name.rpartition("/")
    passed: set[str] = set()
    while True:
        free = free_name(wanted, passed)
        passed.add(free.casefold())
        path = NotePath("/".join(filter(None, (kit.output_folder, FOLDER, folder, f"{free}.md"))))
        file = _read_if_there(path, kit)
        if file is not None:
            if find_blocks(_text(file), key_of(spec, period)):
                yield Target(path, file, is_users=False)
        elif not _is_taken(path, kit):
            yield Target(path, None, is_users=False)


def _is_taken(path: NotePath, kit: DigestKit) -> bool:
    """Say whether another note bears the name, in whatever folder: links would be unclear."""
    return any(other != path for other in kit.store.ledger.named([file_key(path)]))


def _read_if_there(path: NotePath, kit: DigestKit) -> File | None:
    try:
        return kit.vault.read(path)
    except NoteGoneError:
        return None


def write_digest(
    text: str, target: Target, spec: Spec, period: Period, kit: DigestKit, *, engine: str
) -> bool:
    """Put a digest into its note, replacing only what is ours there.

    Args:
        text: the digest, Markdown.
        target: where it goes.
        spec: of the digest.
        period: what it is about.
        kit: what digests are made with.
        engine: who wrote it, for people.

    Returns:
        Whether anything was written; what stood there may be the same already.

    Raises:
        VaultError: it could not be written.
    """
    if target.file is None:
        return _commit(_new_note(text, target, spec, period, kit, engine=engine), kit)
    plan = _plan(text, target.file, spec, period, kit, is_users=target.is_users)
    return plan is not None and _commit(plan, kit)


def check_rested(target: Target, kit: DigestKit) -> None:
    """Let a note of the user's be until it has rested.

    Raises:
        NotRestedError: it changed a moment ago.
    """
    if target.file is None or not target.is_users:
        return
    age_s = kit.clock.now() - target.file.stamp.mtime_ns / 1e9
    if 0 <= age_s < kit.quiet_s or kit.is_restless(target.path):
        raise NotRestedError(f"{target.path}: it changed a moment ago")


def _new_note(
    text: str, target: Target, spec: Spec, period: Period, kit: DigestKit, *, engine: str
) -> CreateNote:
    key = key_of(spec, period)
    if target.is_users:
        edit = plan_block("", key, text, heading=spec.heading, level=_LEVEL)
        return CreateNote(target.path, b"" if edit is None else edit.after + b"\n")
    whole = kit.templates.render(
        "digests/note.md",
        title=spec.name,
        period=period.id,
        created=f"{kit.moment():%Y-%m-%dT%H:%M:%S}",
        engine=engine,
        block=write_block(key, text),
    )
    return CreateNote(target.path, whole.encode())


def _plan(
    text: str, file: File, spec: Spec, period: Period, kit: DigestKit, *, is_users: bool
) -> Plan | None:
    row = kit.store.ledger.get([file.path]).get(file.path)
    note = read_note(file, kit.own_properties, tag=kit.tag)
    heading = spec.heading if is_users else ""
    edit = plan_block(note.body, key_of(spec, period), text, heading=heading, level=_LEVEL)
    if edit is None:
        return None
    before = len(file.content) - len(note.body.encode())
    placed = Edit(before + edit.start, edit.before, edit.after)
    ownership = reconcile(row.ownership, note.properties) if row else Ownership()
    return Plan(note, (EditNote(file.path, note.raw, (placed,)),), ownership)


def _commit(plan: Plan | CreateNote, kit: DigestKit) -> bool:
    """Write, journalled; what is known of a note of the user's keeps up with it."""
    write = plan if isinstance(plan, CreateNote) else plan.writes[0]
    [entry] = kit.store.journal.intend([plan], run=kit.run, now=kit.clock.now())
    [result] = kit.vault.commit([write])
    if isinstance(result, WriteError):
        raise result  # it stays in doubt until somebody looks at the note
    with kit.store.transaction():
        if isinstance(result, Written):
            kit.store.journal.settle(done=[entry], void=[])
            _keep_up(write.expects, result, kit)
            return True
        kit.store.journal.settle(done=[], void=[entry])
    if isinstance(result, Overtaken):
        raise NotRestedError(f"{write.path}: {result.because}")
    assert isinstance(result, VaultError)  # noqa: S101 - nothing else is left
    raise result


def _keep_up(expects: str, written: Written, kit: DigestKit) -> None:
    """Let our own write be no change of the note, unless it held one not yet learned of."""
    row = kit.store.ledger.get([written.path]).get(written.path)
    if row is not None and row.raw == expects:
        kit.store.ledger.put([replace(row, stamp=written.stamp, raw=written.raw)])


def _text(file: File) -> str:
    return file.content.decode("utf-8", "replace")
