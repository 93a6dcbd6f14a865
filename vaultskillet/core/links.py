"""Wikilinks: which note one leads to, and how to write one that leads to a given note.

What Obsidian does with a link's target, as people saw it do in its console (1.13): the file's
name decides, in whatever folder, case making no difference. A target that is a whole path
from the vault's root wins; else what ends so and lies in or below the linking note's folder,
then the shortest path. Aliases lead nowhere: Obsidian writes `[[Real name|alias]]`.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum

from vaultskillet.core.model import NotePath, title_of

_SUFFIX = ".md"
# `:` works in places, and Obsidian's help advises against it; the others end or split a target.
_UNLINKABLE = re.compile(r"[#^|\[\]:\\\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]|%%")
_UNSHOWN = re.compile(r"[#^|\[\]:\\]|%%|<%|%>")
# After a name that ends like a file of another kind, Obsidian looks for that file first.
_OTHER_FILES = frozenset({
    "md", "base", "canvas", "pdf", "avif", "bmp", "gif", "jpeg", "jpg", "png", "svg", "webp",
    "flac", "m4a", "mp3", "ogg", "wav", "webm", "3gp", "mkv", "mov", "mp4", "ogv",
})  # fmt: skip


class LinkFormat(StrEnum):
    """How a vault wants its links written: `newLinkFormat` of its settings."""

    SHORTEST = "shortest"
    RELATIVE = "relative"
    ABSOLUTE = "absolute"


class Names:
    """The names of a vault's notes, as links use them."""

    def __init__(self, paths: Iterable[NotePath]) -> None:
        """Take the paths of all notes that Obsidian sees, or of all with the names in question."""
        self._paths: Mapping[str, list[NotePath]] = defaultdict(list)
        for path in paths:
            self._paths[file_key(path)].append(path)

    def resolve(self, target: str, source: NotePath) -> NotePath | None:
        """Give the note that a link leads to; None where there is none.

        Args:
            target: what stands between the brackets; heading, block and alias do not matter.
            source: the note that the link stands in.
        """
        target = target_of(target)
        if not target:
            return source
        found = self._matches(target, source)
        return found[0] if found else None

    def __contains__(self, path: NotePath) -> bool:
        """Say whether there is a note at this very path."""
        return path in self._paths.get(file_key(path), ())

    def link(self, path: NotePath, *, source: NotePath, style: LinkFormat) -> str | None:
        """Write a link to a note: `[[Note]]`, or `[[folder/Note|Note]]` where a path is needed.

        In a table its `|` must be escaped.

        Args:
            path: the note, which must be one of these.
            source: the note that the link is to stand in.
            style: how the vault wants it.

        Returns:
            A link that leads to this note and to no other; None where no link can, since a
            character in its path has a meaning in links, or another path differs in case only.
        """
        title = title_of(path)
        if _UNLINKABLE.search(path) or not title.strip():
            return None
        for text in _spellings(path, source, style):
            if target_of(text) == text and self._matches(text, source) == [path]:
                return f"[[{text}]]" if text == title else f"[[{text}|{title.strip()}]]"
        return None

    def _matches(self, target: str, source: NotePath) -> list[NotePath]:
        """Give the notes that a target may mean, best first; one where Obsidian is sure."""
        wanted, paths = self._named(_key(target))
        if len(paths) == 1 and "/" not in wanted:
            return paths
        folder = _folder_of(_key(source))
        if wanted.startswith(("./", "../")):
            wanted = _join(folder, wanted)
        rooted = wanted.startswith("/")
        wanted = wanted.removeprefix("/")
        keys = [(path, _key(path)) for path in paths]
        exact = [path for path, key in keys if key == wanted]
        if exact or rooted:
            return exact
        near = [
            (not key.startswith(folder), len(key), path)
            for path, key in keys
            if key.endswith(wanted)
        ]
        return [path for _, _, path in sorted(near)]

    def _named(self, key: str) -> tuple[str, list[NotePath]]:
        """Give a target's key with its suffix, and the notes whose file has this name."""
        if key.endswith(_SUFFIX) and _file_of(key) in self._paths:
            return key, self._paths[_file_of(key)]
        key += _SUFFIX
        return key, self._paths.get(_file_of(key), [])


def target_of(inner: str) -> str:
    r"""Give a link's target alone, of what stands between its brackets.

    >>> target_of("folder/Note#Heading|text"), target_of(r"Note\|text in a table")
    ('folder/Note', 'Note')
    """
    path, pipe, _ = inner.partition("|")
    if pipe:
        path = path.removesuffix("\\")
    return path.partition("#")[0].strip()


def to_heading(link: str, subpath: str, *, shown: str) -> str:
    """Give a link to a heading of the note that a link leads to.

    >>> to_heading("[[folder/Note|Note]]", "Why 1?", shown="Why: #1?")
    '[[folder/Note#Why 1?|Why 1?]]'
    """
    inner = inner_of(link)
    text = " ".join(_UNSHOWN.sub(" ", shown).split())
    return f"[[{target_of(inner)}#{subpath}|{text or subpath}]]" if inner and subpath else link


def file_key(path: str) -> str:
    """Give the form of a file's name in which two that Obsidian takes for one are equal.

    >>> file_key(NotePath("a/Some Note.md"))
    'some note.md'
    """
    return _file_of(_key(path))


def file_keys(target: str) -> tuple[str, ...]:
    """Give the keys of the files that a link's target, or what stands in its brackets, may mean.

    >>> file_keys("folder/Note|text"), file_keys("Note.md")
    (('note.md',), ('note.md.md', 'note.md'))
    """
    key = file_key(target_of(target))
    return (key + _SUFFIX, key) if key.endswith(_SUFFIX) else (key + _SUFFIX,)


def inner_of(item: str) -> str | None:
    """Give what stands between the brackets of a property's item that is a link, whole.

    >>> inner_of("[[Note|text]]"), inner_of("see [[Note]]")
    ('Note|text', None)
    """
    inner = item.strip()
    if not (inner.startswith("[[") and inner.endswith("]]")):
        return None
    inner = inner[2:-2]
    return None if "[[" in inner or "]]" in inner else inner


def _spellings(path: NotePath, source: NotePath, style: LinkFormat) -> Iterator[str]:
    """Give the ways to write a note's target, the wanted one first, the longest last."""
    whole = path.removesuffix(_SUFFIX)
    texts = [whole, f"/{whole}"]
    match style:
        case LinkFormat.SHORTEST:
            texts = [title_of(path), *texts]
        case LinkFormat.RELATIVE:
            relative = _relative(whole, source)
            texts = [relative, f"./{relative}", *texts]
        case LinkFormat.ABSOLUTE:
            pass
    if whole.rpartition(".")[2].lower() not in _OTHER_FILES:
        yield from texts
    yield from (f"{text}{_SUFFIX}" for text in texts)


def _relative(whole: str, source: NotePath) -> str:
    ups = ""
    folder = _folder_of(source)
    while folder and not whole.startswith(folder + "/"):
        folder = _folder_of(folder)
        ups += "../"
    return ups + whole[len(folder) :].removeprefix("/")


def _join(folder: str, relative: str) -> str:
    """Follow a relative target from a folder; what climbs past the root stays there."""
    while relative.startswith(("./", "../")):
        if relative.startswith("../"):
            folder = _folder_of(folder)
        relative = relative.partition("/")[2]
    return f"{folder}/{relative}" if folder else relative


def _key(path: str) -> str:
    """Give the form in which Obsidian compares paths."""
    if not path.isascii():
        path = unicodedata.normalize("NFC", path).replace("\u00a0", " ").replace("\u202f", " ")
    return path.lower()


def _file_of(path: str) -> str:
    return path.rpartition("/")[2]


def _folder_of(path: str) -> str:
    return path.rpartition("/")[0]
