"""Follow renamed notes in the answers and insights that link to them."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from typing import Final

from vaultskillet.committing import commit
from vaultskillet.core import frontmatter
from vaultskillet.core.links import inner_of, target_of
from vaultskillet.core.model import NotePath, title_of
from vaultskillet.errors import FrontmatterError
from vaultskillet.moves import forget_moves, waiting_moves
from vaultskillet.shelf import Shelf
from vaultskillet.trip import Bundle, Ended, Kit

_LINK: Final = re.compile(r"\[\[([^\[\]\n]+)\]\]")

log = logging.getLogger(__name__)


def follow_moves(kit: Kit) -> None:
    """Mend the links to renamed notes in our own, where nobody wrote in them.

    Obsidian does so itself for what is renamed in it; this is for all other ways.

    Raises:
        StoreError: the state could not be written; it is done again.
    """
    moves = waiting_moves(kit.store)
    if not moves:
        return
    shelf = Shelf(kit.vault, kit.store, folder=kit.policy.output_folder)
    plans = []
    for path in shelf.own_notes():
        version = shelf.version_of(path)
        content = version and _followed(version.file.content, path, moves, shelf)
        if version and content:
            plans.append(version.replaced_by(content))
    ended: Ended = {}
    committed = commit([Bundle(plan) for plan in plans], kit, ended)
    with kit.store.transaction():
        kit.store.journal.settle(done=committed.done, void=committed.void)
        forget_moves(kit.store)
    for path in ended:
        log.info("followed a renamed note in one of ours", extra={"path": path})


def _followed(
    content: bytes, path: NotePath, moves: Mapping[NotePath, NotePath], shelf: Shelf
) -> bytes | None:
    """Give a note of ours with its links to renamed notes mended; None where none is to be."""
    text = content.decode("utf-8", "replace")
    mended = _LINK.sub(lambda link: _mended(link, path, moves, shelf), text).encode()
    if mended == content:
        return None
    try:
        frontmatter.read(mended)
    except FrontmatterError:  # the new name would have to be written otherwise there
        return None
    return mended


def _mended(
    link: re.Match[str], path: NotePath, moves: Mapping[NotePath, NotePath], shelf: Shelf
) -> str:
    inner = link[1]
    target = target_of(inner)
    for old, new in moves.items():
        if not target or not shelf.led_to(old, new, target=target, source=path):
            continue
        if shelf.resolve(target, source=path) == new:
            continue  # it moved to another folder, and its name is enough
        wanted = inner_of(shelf.link(new, source=path))
        if wanted is None:
            continue
        place, _, alias = inner.partition("|")
        _, hash_, subpath = place.partition("#")
        if alias == title_of(old) or not alias:
            alias = title_of(new) if alias or "|" in wanted else ""
        return f"[[{target_of(wanted)}{hash_}{subpath}{'|' if alias else ''}{alias}]]"
    return link[0]
