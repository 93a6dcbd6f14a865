"""E-mail addresses: as they are sent, percent-encoded, and written out in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from vaultskillet.core.filters.domains import TOP_LEVEL_DOMAINS
from vaultskillet.core.filters.finding import Finding
from vaultskillet.core.filters.literals import Places, Sieve, fold, occurrences, words

_ATS = ("@", "＠", "%40", "&#64;", "&#x40;", "\\@")

# RFC 5321 allows 64 characters before the @; a few more are read to see that it ends there.
_LOCAL_CHARS = 68
_BEFORE_CHARS = 80
_AFTER_CHARS = 24

# Latin letters with accents count as one script with ASCII, so that `jürgen@` is whole while
# Chinese or Russian prose may touch an address without a space.
_LATIN = r"A-Za-z0-9\u00aa\u00b5\u00ba\u00c0-\u024f\u1e00-\u1eff"
_LATIN_LOCAL = re.compile(rf"[{_LATIN}.+_%&~'-]+")
_OTHER_LOCAL = re.compile(r"[\w.+-]+")
# `name/surname@`, `mailhost!name@`: right, if rare; a slash in a path or an address is none.
_HEAD = re.compile(r"(?:(?<=[\s<(\"':])|\A)!?[A-Za-z][A-Za-z0-9.+_-]{0,32}[/!]\Z")
_QUOTED_LOCAL = re.compile(r"(?<![\w\"])\"(?:[^\"\\\r\n]|\\[^\r\n]){1,64}\"\Z")

_ASCII_DOMAIN = re.compile(
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})\.){1,8}[A-Za-z][A-Za-z0-9-]{1,62}"
)
_IDN_DOMAIN = re.compile(
    r"(?:[^\W_](?:[^\W_]|[\u0300-\u036f\u0900-\u0dff-]){0,62}[.。．]){1,8}\w[\w\u0900-\u0dff-]{0,62}"
)
_NUMERIC_HEAD = re.compile(r"v?\d+\.\d|\d+x\.")

_URL_USERINFO = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,12}://[^\s/?#]*\Z")
_REMOTE_COMMAND = re.compile(
    r"\b(?:ssh|scp|sftp|rsync|mosh|sshfs|autossh|ssh-copy-id|git (?:clone|remote|push|pull|fetch))"
    r"(?![\w-])[^\r\n;|]*\Z"
)
_REMOTE = re.compile(r"s(?:sh|cp|ftp)|rsync|mosh|git ")
_COPY_TARGET = re.compile(r":(?:~|/(?!/)|[\w.-]+/|[\w./-]+\.git\b|\d+/)")
_PROMPT_END = re.compile(r"(?::|\s)?\s?~?(?:/[\w./-]*)?\]?[$#](?:\s|\Z)")
_MESSAGE_ID = re.compile(
    r"(?:message-id|in-reply-to|references|content-id|cid)\W{1,4}\Z", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class EmailFilter:
    """Finds e-mail addresses."""

    name: str = "email"

    def find(self, text: str) -> Iterator[Finding]:
        """Find addresses; see `vaultskillet.core.filters.finding.Filter`."""
        places = _SIEVE.places(fold(text))
        for at, mark in occurrences(places, _ATS):
            span = _address_around(text, at, at + len(mark))
            if span:
                yield Finding("email", *span)
            elif mark == "@" and _BRACKET.search(
                text, at, at + _AFTER_CHARS
            ):  # "jane@example (dot) org"
                yield from _spelt(text, at, at + 1, _ANY_SPELLING, is_plain=True)
        yield from _written_out(text, places)


def _address_around(text: str, at: int, after: int) -> tuple[int, int] | None:
    end = _domain_end(text, after)
    if end is None:
        return None
    start = _local_start(text, at)
    if start is None or _is_no_mail(text, start, at, end):
        return None
    return start, end


def _domain_end(text: str, start: int) -> int | None:
    """Give where the domain ends that starts here, at its top-level domain."""
    for shape in (_ASCII_DOMAIN, _IDN_DOMAIN):
        found = shape.match(text, start)
        if found is None or _NUMERIC_HEAD.match(found[0]):
            continue
        end = found.end()
        while (label := max(text.rfind(dot, start, end) for dot in ".。．")) > start:
            last = text[label + 1 : end]
            if last.lower() in TOP_LEVEL_DOMAINS or last[:4].lower() == "xn--":
                return end
            known = _known_chars(last)
            if known:
                return label + 1 + known
            if last[:1].islower():
                break
            end = label  # "jane@example.org.Please write": a sentence begins here
    return None


def _known_chars(label: str) -> int:
    """Give how much of a label is a top-level domain that another script follows, else 0."""
    if label.isascii():
        return 0
    return next((n for n in range(len(label), 0, -1) if label[:n] in TOP_LEVEL_DOMAINS), 0)


def _local_start(text: str, at: int) -> int | None:
    window = text[max(0, at - _LOCAL_CHARS) : at]
    quoted = window.endswith('"') and _QUOTED_LOCAL.search(window)
    if quoted:
        return at - len(quoted[0])
    is_latin = bool(window and _LATIN_LOCAL.match(window[-1]))
    shape = _LATIN_LOCAL if is_latin else _OTHER_LOCAL
    read_backwards = shape.match(window[::-1])
    kept = len(window) - (read_backwards.end() if read_backwards else 0)
    local = window[kept:]
    if kept == 0 and at > _LOCAL_CHARS:
        return None
    while local and not (local[0].isalnum() or local[0] == "_"):
        local = local[1:]
    head = _HEAD.search(window[: len(window) - len(local)]) if local else None
    if head:
        return at - len(local) - len(head[0])
    return at - len(local) if local and local[-1] not in ".%" else None


def _is_no_mail(text: str, start: int, at: int, end: int) -> bool:
    """Tell a host, a handle, a package or a template from an address."""
    before = text[max(0, start - _BEFORE_CHARS) : start]
    after = text[end : end + _AFTER_CHARS]
    return (
        before.endswith(("@", "${", "$", "://", "acct:"))
        or text[start:at] == "git"
        or bool(_COPY_TARGET.match(after))
        or bool(_PROMPT_END.match(after) and after[:1] in ":]~ $#" and after.strip()[:1] in ":~]$#")
        or bool("://" in before and _URL_USERINFO.search(before))
        or bool(_REMOTE.search(before) and _REMOTE_COMMAND.search(before.rpartition("\n")[2]))
        or bool(before.endswith(("<", " ", ":", "\n")) and _MESSAGE_ID.search(before))
    )


# --- written out ------------------------------------------------------------------------

_NAME_CHARS = 90
_BARE_ATS = {
    " at ": "dot|punkt",
    "-at-": "dot|punkt",
    " @ ": "dot",
    "_at_": "dot",
    " ät ": "punkt|dot",
    " klammeraffe ": "punkt",
    " arroba ": "punto|ponto|dot",
    " arobase ": "point",
    " arobas ": "point",
    " chiocciola ": "punto",
    " apenstaartje ": "punt",
    " małpa ": "kropka",
    " snabel-a ": "punkt|prick",
    " kukac ": "pont",
    " zavináč ": "tečka|bodka",
    " собака ": "точка",
    " παπάκι ": "τελεία",
}
_ANY_DOT = "|".join(dict.fromkeys("|".join(_BARE_ATS.values()).split("|")))
_BRACKETED_AT = re.compile(
    r"[(\[{<][ \t]?(?:at|ät|@|arroba|arobase?|chiocciola|małpa|snabel-a|собака"
    r"|a)[ \t]?[)\]}>][ \t]?",
    re.IGNORECASE,
)
_WORD = r"[^\W_](?:[^\W_]|[+'-](?=[^\W_])){0,40}"
_MAIL_CUE = re.compile(
    r"(?:e-?mail|mail|courriel|correo|contact|(?:reach|write|schreib\w{0,2}|écri\w{1,4})"
    r"(?: (?:me|us|to|mir|uns|an|moi|nous|à)){0,2})\W{1,6}\Z",
    re.IGNORECASE,
)
_SPELT_TOPS = words("ру ком орг")
_NO_NAMES = words(
    "a an and are available be found get go hosted is it live look me meet met more on or out over"
    " page read see site start the us visit website"
)


def _dots(words: str) -> str:
    return rf"(?:[ \t]?[(\[{{<][ \t]?(?:{words}|\.)[ \t]?[)\]}}>][ \t]?|[ _-](?:{words})[ _-]| \. )"


def _spellings(words: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Give the expressions for what stands before and after an at-word."""
    dots = _dots(words)
    name = re.compile(
        rf"(?<![\w.@/]){_WORD}(?:(?:{dots}|[._]){_WORD}){{0,4}}[ \t]?\Z", re.IGNORECASE
    )
    host = re.compile(rf"{_WORD}(?:(?P<dot>{dots}|\.){_WORD}){{1,4}}", re.IGNORECASE)
    return name, host


_BARE_SPELLINGS = {at: _spellings(words) for at, words in _BARE_ATS.items()}
_SIEVE = Sieve((*_ATS, *_BARE_ATS))
_ANY_SPELLING = _spellings(_ANY_DOT)
_BRACKET = re.compile(r"[(\[{<]")
_DOT = re.compile(_dots(_ANY_DOT), re.IGNORECASE)


def _written_out(text: str, places: Places) -> Iterator[Finding]:
    """Find addresses such as `jane (at) example dot org`."""
    for at, literal in occurrences(places, _BARE_ATS):
        yield from _spelt(text, at, at + len(literal), _BARE_SPELLINGS[literal], is_plain=True)
    for mark in _BRACKETED_AT.finditer(text):
        yield from _spelt(text, mark.start(), mark.end(), _ANY_SPELLING, is_plain=False)


def _spelt(
    text: str,
    at: int,
    after: int,
    spelling: tuple[re.Pattern[str], re.Pattern[str]],
    *,
    is_plain: bool,
) -> Iterator[Finding]:
    """Find one written-out address; a plain "at" needs a spelt dot or a cue beside it."""
    host = spelling[1].match(text, after)
    end = _spelt_domain_end(host) if host else None
    name = spelling[0].search(text, max(0, at - _NAME_CHARS), at) if end else None
    if end is None or name is None or host is None or _first_word(host[0]) in _NO_NAMES:
        return
    has_cue = bool(_MAIL_CUE.search(text, max(0, name.start() - 20), name.start()))
    is_word = _first_word(name[0]) in _NO_NAMES
    if (has_cue or not is_word) and (has_cue or not is_plain or _DOT.search(text, after, end)):
        yield Finding("email", name.start(), end)


def _first_word(words: str) -> str:
    return words.split(maxsplit=1)[0].lower()


def _spelt_domain_end(host: re.Match[str]) -> int | None:
    """Give where a written-out domain ends, at its top-level domain."""
    labels = list(
        re.finditer(r"[^\W_]+(?:-[^\W_]+)*", _DOT.sub(lambda dot: "." * len(dot[0]), host[0]))
    )
    for label in reversed(labels[1:]):
        if (label[0].lower() in TOP_LEVEL_DOMAINS or label[0].lower() in _SPELT_TOPS) and label[
            0
        ].lower() != "dot":
            return host.start() + label.end()
    return None
