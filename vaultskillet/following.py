"""Follow renamed notes in the answers and insights that link to them."""

from __future__ import annotations

import logging
import re
from collections import defaultdict
from typing import Final

from vaultskillet.committing import commit
from vaultskillet.core import frontmatter
from vaultskillet.core.links import file_key, file_keys, inner_of, target_of
from vaultskillet.core.model import NotePath, title_of
from vaultskillet.errors import FrontmatterError, VaultError
from vaultskillet.moves import forget_moves, waiting_moves
from vaultskillet.shelf import Shelf
from vaultskillet.trip import Bundle, Ended, Kit

_LINK: Final = re.compile(r"\[\[([^\[\]\n]+)\]\]")

_Moves = dict[str, list[tuple[NotePath, NotePath]]]
"""The name of a file that was renamed, as links are compared -> old and new paths."""

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
    by_name: _Moves = defaultdict(list)
    for old, new in moves.items():
        by_name[file_key(old)].append((old, new))
    shelf = Shelf(kit.vault, kit.store, folder=kit.policy.output_folder)
    try:
        notes = shelf.own_notes()
    except VaultError:  # it is out of reach; another time
        return
    plans = []
    for path in notes:
        version = shelf.version_of(path)
        content = version and _followed(version.file.content, path, by_name, shelf)
        if version and content:
            plans.append(version.replaced_by(content))
    ended: Ended = {}
    committed = commit([Bundle(plan) for plan in plans], kit, ended)
    with kit.store.transaction():
        kit.store.journal.settle(done=committed.done, void=committed.void)
        forget_moves(kit.store)
    for path in ended:
        log.info("followed a renamed note in one of ours", extra={"path": path})


def _followed(content: bytes, path: NotePath, moves: _Moves, shelf: Shelf) -> bytes | None:
    """Give a note of ours with its links to renamed notes mended; None where none is to be."""
    text = content.decode()  # ours, as we left it
    mended = _LINK.sub(lambda link: _mended(link, path, moves, shelf), text).encode()
    if mended == content:
        return None
    try:
        frontmatter.read(mended)
    except FrontmatterError:  # the new name would have to be written otherwise there
        return None
    return mended


def _mended(link: re.Match[str], path: NotePath, moves: _Moves, shelf: Shelf) -> str:
    inner = link[1]
    target = target_of(inner)
    for old, new in (move for key in file_keys(target) for move in moves.get(key, ())):
        if not shelf.led_to(old, new, target=target, source=path):
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
