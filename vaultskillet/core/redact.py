"""Takes what is sensitive out of a text; the only maker of SafeText."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import get_args

from vaultskillet.core.filters.email import EmailFilter
from vaultskillet.core.filters.finding import Filter, Finding, Kind
from vaultskillet.core.filters.phone import PhoneFilter
from vaultskillet.core.filters.secret import SecretFilter
from vaultskillet.core.model import SafeText
from vaultskillet.errors import RedactionError

__all__ = [
    "DEFAULT",
    "NOTHING",
    "Filter",
    "Finding",
    "Kind",
    "Policy",
    "Redacted",
    "find_sensitive",
    "redact",
    "redact_all",
    "restore",
]

_KINDS: tuple[Kind, ...] = get_args(Kind)
_RANK = {"secret": 0, "email": 1, "phone": 2}
_PLACEHOLDER = re.compile(r"\[(?:EMAIL|PHONE|SECRET)_\d{1,9}\]")
_SPEAKS = re.compile(r"[^\W_]")

# A second look nearly always finds nothing; text made to need more than this is not sent at all.
_LOOKS = 8


@dataclass(frozen=True, slots=True)
class Policy:
    """What counts as sensitive."""

    redact_emails: bool = True
    redact_phones: bool = True
    strip_api_keys: bool = True
    """All secrets, not keys alone; the name is the configuration's."""
    regions: tuple[str, ...] = ()
    """Whose national phone numbers to expect beside those the note suggests; ISO 3166 codes."""
    filters: tuple[Filter, ...] = ()
    """More filters, run after the built-in ones."""


DEFAULT = Policy()

NOTHING = Policy(redact_emails=False, redact_phones=False, strip_api_keys=False)
"""For text that was redacted already, or of which only the shape is in question."""


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text without what was found in it."""

    text: SafeText
    findings: tuple[Finding, ...]
    """Spans of the original text, in order, without overlaps."""
    placeholders: Mapping[str, str]
    """Placeholder -> what stood there. As secret as the original: never sent, never stored."""

    @property
    def holds_secret(self) -> bool:
        """Say whether a key, token or password was found."""
        return any(found.kind == "secret" for found in self.findings)


def find_sensitive(text: str, policy: Policy = DEFAULT) -> list[Finding]:
    """Find e-mail addresses, phone numbers and secrets.

    Args:
        text: Markdown, or any text; placeholders in it are no findings.
        policy: what to look for.

    Returns:
        Spans in characters, in order, without overlaps: what one look finds. `redact` looks at
        its own result again, and so may find a little more.

    Raises:
        RedactionError: a filter failed, or gave a span outside the text; send nothing.
    """
    return _look(text, _filters_of(policy))


def redact(text: str, policy: Policy = DEFAULT) -> Redacted:
    """Replace what is sensitive by placeholders such as `[EMAIL_1]`.

    The same value gets the same placeholder throughout the text. A placeholder that the text
    already held stays as it is, and its number is not given again.

    Args:
        text: Markdown, or any text.
        policy: what to look for.

    Returns:
        The redacted text, in which `find_sensitive` finds nothing more, so that it is safe to
        send; the findings; what each placeholder stands for.

    Raises:
        RedactionError: a filter failed, or gave a span outside the text; send nothing.
    """
    [redacted] = redact_all((text,), policy)
    return redacted


def redact_all(texts: Sequence[str], policy: Policy = DEFAULT) -> tuple[Redacted, ...]:
    """Redact texts that go together, such as a note's title and body.

    Each is looked at by itself, but the same value gets the same placeholder in all of them,
    and no other value gets it.

    Args:
        texts: Markdown, or any text.
        policy: what to look for.

    Raises:
        RedactionError: a filter failed, or gave a span outside the text; send nothing.
    """
    filters = _filters_of(policy)
    found = [_find(text, filters) for text in texts]
    names = _Names(texts)
    redacted = []
    for text, findings in zip(texts, found, strict=True):
        safe, _, placeholders = _replace(text, findings, names)
        known = MappingProxyType(placeholders)
        redacted.append(Redacted(SafeText(safe), tuple(findings), known))
    return tuple(redacted)


def restore(text: str, placeholders: Mapping[str, str]) -> str:
    """Put back what the placeholders stand for.

    Only for text that goes back into the very note it came from, where the policy allows it.

    Args:
        text: redacted text, or what a model made of it.
        placeholders: from the `Redacted` of that note.

    Returns:
        The text with each known placeholder replaced; what was put in is not searched again.
    """
    return _PLACEHOLDER.sub(lambda found: placeholders.get(found[0], found[0]), text)


def _filters_of(policy: Policy) -> tuple[Filter, ...]:
    built_in: list[Filter] = []
    if policy.strip_api_keys:
        built_in.append(SecretFilter())
    if policy.redact_emails:
        built_in.append(EmailFilter())
    if policy.redact_phones:
        built_in.append(PhoneFilter(policy.regions))
    return (*built_in, *policy.filters)


def _find(text: str, filters: Sequence[Filter]) -> list[Finding]:
    """Find all that is sensitive, so that nothing more is found once it is replaced."""
    findings: list[Finding] = []
    for _ in range(_LOOKS):
        safe, pieces, _ = _replace(text, findings, _Names((text,)))
        more = [_moved_back(found, pieces) for found in _look(safe, filters)]
        if not more:
            return findings
        findings = _merge([*findings, *more])
    raise RedactionError("Redaction does not come to rest on this text; take out what is sensitive")


def _look(text: str, filters: Sequence[Filter]) -> list[Finding]:
    """Run every filter once; give what they found outside of placeholders."""
    marks = [mark.span() for mark in _PLACEHOLDER.finditer(text)]
    found = [finding for filter_ in filters for finding in _run(filter_, text)]
    if marks:
        found = [piece for finding in found for piece in _outside(finding, marks)]
    return _merge([piece for piece in found if _SPEAKS.search(text, piece.start, piece.end)])


def _run(filter_: Filter, text: str) -> list[Finding]:
    wrong = ""
    try:
        findings = list(filter_.find(text))
        for found in findings:
            if not _is_sound(found, text):
                wrong = "gave a finding of no known kind, or outside the text"
    except TimeoutError:
        wrong = "took too long"
    except Exception as error:  # noqa: BLE001 - whatever it is, nothing may be sent
        wrong = f"failed ({type(error).__name__})"
    if wrong:  # raised out here: what the filter raised may hold the text, and is dropped
        raise RedactionError(
            f"The redaction filter {_name_of(filter_)!r} {wrong}; nothing is sent."
            " Mend or remove it"
        )
    return findings


def _is_sound(found: Finding, text: str) -> bool:
    return found.kind in _KINDS and 0 <= found.start < found.end <= len(text)


def _name_of(filter_: Filter) -> str:
    return str(getattr(filter_, "name", type(filter_).__name__))


def _outside(found: Finding, marks: Sequence[tuple[int, int]]) -> Iterator[Finding]:
    """Cut a finding around the placeholders that it touches."""
    start = found.start
    first = max(0, bisect_right(marks, (found.start, 0)) - 1)
    for left, right in marks[first:]:
        if left >= found.end:
            break
        if right <= start:
            continue
        if start < left:
            yield Finding(found.kind, start, left)
        start = right
    if start < found.end:
        yield Finding(found.kind, start, found.end)


def _merge(findings: list[Finding]) -> list[Finding]:
    """Unite findings that overlap; the union has the kind that weighs most."""
    merged: list[Finding] = []
    for found in sorted(findings, key=lambda found: (found.start, -found.end)):
        if merged and found.start < merged[-1].end:
            last = merged.pop()
            kind = min(last.kind, found.kind, key=_RANK.__getitem__)
            found = Finding(kind, last.start, max(last.end, found.end))  # noqa: PLW2901 - the union
        merged.append(found)
    return merged


class _Names:
    """Gives each value a placeholder of its own, none that stands in the texts already."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._taken = {mark[0] for text in texts for mark in _PLACEHOLDER.finditer(text)}
        self._given: dict[tuple[Kind, str], str] = {}
        self._counts = dict.fromkeys(_KINDS, 0)

    def name_of(self, kind: Kind, value: str) -> str:
        """Give the placeholder of a value."""
        while (kind, value) not in self._given:
            self._counts[kind] += 1
            name = f"[{kind.upper()}_{self._counts[kind]}]"
            if name not in self._taken:
                self._given[kind, value] = name
        return self._given[kind, value]


_Piece = tuple[int, int]
"""Where a stretch that was kept begins in the safe text, and in the original."""


def _replace(
    text: str, findings: Sequence[Finding], names: _Names
) -> tuple[str, list[_Piece], dict[str, str]]:
    """Put placeholders in; give the text, the stretches kept, and what each stands for."""
    placeholders: dict[str, str] = {}
    pieces: list[_Piece] = []
    out: list[str] = []
    at = length = 0
    for found in findings:
        value = text[found.start : found.end]
        name = names.name_of(found.kind, value)
        placeholders[name] = value
        pieces.append((length, at))
        out += (text[at : found.start], name)
        length += found.start - at + len(name)
        at = found.end
    pieces.append((length, at))
    out.append(text[at:])
    return "".join(out), pieces, placeholders


def _moved_back(found: Finding, pieces: Sequence[_Piece]) -> Finding:
    """Give a finding in the safe text as a span of the original; it lies in one piece."""
    safe, original = pieces[bisect_right(pieces, found.start, key=lambda piece: piece[0]) - 1]
    return Finding(found.kind, found.start - safe + original, found.end - safe + original)
