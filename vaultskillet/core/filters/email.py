"""E-mail addresses, as they are sent or encoded; those in words are in `email_words`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from vaultskillet.core.filters.domains import TOP_LEVEL_DOMAINS
from vaultskillet.core.filters.email_words import AT_WORDS, find_after_sign, find_written_out
from vaultskillet.core.filters.finding import Finding, Span
from vaultskillet.core.filters.literals import Sieve, folded_note, occurrences, words

_SIGNS = (
    "@", "＠", "%40", "%2540", "\\@",
    "&#64;", "&#064;", "&#x40;", "&#x0040;", "&commat;",
)  # fmt: skip

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
# `{jane,john}@`, as papers have it; a name alone in braces is a template.
_SHARED_LOCAL = re.compile(r"\{[\w.+-]{1,30}(?: ?[,;|] ?[\w.+-]{1,30}){1,6}\}\Z")

_ASCII_DOMAIN = re.compile(
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})\.){1,8}[A-Za-z][A-Za-z0-9-]{1,62}"
)
_IDN_DOMAIN = re.compile(
    r"(?:[^\W_](?:[^\W_]|[\u0300-\u036f\u0900-\u0dff-]){0,62}[.。．]){1,8}\w[\w\u0900-\u0dff-]{0,62}"
)
_NUMERIC_HEAD = re.compile(r"v?\d+\.\d|\d+x\.")

_URL_USERINFO = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,12}://[^\s/?#]*\Z")
_REMOTE_COMMAND = re.compile(
    r"\b(?P<name>ssh|scp|sftp|rsync|mosh|sshfs|autossh|ssh-copy-id|ProxyJump"
    r"|git (?:clone|remote|push|pull|fetch))(?![\w-])(?P<arguments>[^\r\n;|&]*)\Z"
)
_REMOTE = re.compile(r"s(?:sh|cp|ftp)|rsync|mosh|git |ProxyJ")
_TO_HOSTS = words("to into onto as in via auf nach zu add set-url origin remote")
_ACCOUNTS = words("root deploy ubuntu ec2-user debian centos pi admin vagrant")
_COPY_TARGET = re.compile(r":(?:~|/(?!/)|[\w.-]+/|[\w./-]+\.git\b|\d+/)")
# `host:~$ `, `host ~]# `; a mark behind nothing but a blank begins a comment or a price.
_PROMPT_END = re.compile(
    r"(?:\]|(?::|[ ]?(?=[~/]))[ ]?~?(?:/[\w./-]*)?[ ]?\]?)?[$#](?:\s|\Z)|[ ][$][ ](?=[a-z])"
    r"|[ ][\w.-]{1,20}\][$#]"
)
_SAID_OF_A_HOST = re.compile(r"'s password:|: Permission denied|:? [Cc]onnection (?:closed|re)")
_MESSAGE_ID = re.compile(r"(?:message-id|content-id|cid)\W{1,4}\Z", re.IGNORECASE)
_THREAD = re.compile(r"[ \t>]*(?:in-reply-to|references):", re.IGNORECASE)
_THREAD_CHARS = 600

_ADDRESS_LITERAL = re.compile(r"\[(?:\d{1,3}\.){3}\d{1,3}\]")
# What a name of a domain runs into: `jane@gmail.com05/12`, German `jane@gmx.de-Adresse`,
# `jane@gmail.comTel:`.
_TAILED = re.compile(
    r"(?:com|net|org|edu)(?=\d)|[A-Za-z]{2,}(?=-+(?:[A-Z]|\Z))|[a-z]{2,}(?=[A-Z][a-z])"
)
_FILES = words("eml msg vcf ics txt pdf html")
_INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff")
"""Put into an address by pages that do not want it to become a link."""


@dataclass(frozen=True, slots=True)
class EmailFilter:
    """Finds e-mail addresses."""

    name: str = "email"

    def find(self, text: str) -> Iterator[Finding]:
        """Find addresses; see `vaultskillet.core.filters.finding.Filter`."""
        places = _SIEVE.places(folded_note(text))
        for at, sign in occurrences(places, _SIGNS):
            span = _address_around(text, at, sign)
            if span is None and not sign.startswith("%"):
                span = find_after_sign(text, at, at + len(sign))
            if span:
                yield Finding("email", *span)
        for span in find_written_out(text, places):
            yield Finding("email", *span)


_SIEVE = Sieve((*_SIGNS, *AT_WORDS))


def _address_around(text: str, at: int, sign: str) -> Span | None:
    before, after = at, at + len(sign)
    while text[before - 1 : before] in _INVISIBLE:
        before -= 1
    while text[after : after + 1] in _INVISIBLE:
        after += 1
    end = _domain_end(text, after)
    if end is None:
        return None
    start = _local_start(text, before)
    if start is None or _is_no_mail(text, start, at, end):
        return None
    return start, end


def _domain_end(text: str, start: int) -> int | None:
    """Give where the domain ends that starts here, at its top-level domain."""
    literal = _ADDRESS_LITERAL.match(text, start)
    if literal:
        return literal.end()
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
            if last[:1].islower() and last.lower() not in _FILES:
                break
            end = label  # "jane@example.org.Please write": a sentence begins here
    return None


def _known_chars(label: str) -> int:
    """Give how much of a label is a top-level domain that something else follows, else 0."""
    if label.isascii():
        head = _TAILED.match(label)
        return head.end() if head and head[0].lower() in TOP_LEVEL_DOMAINS else 0
    return next((n for n in range(len(label), 0, -1) if label[:n] in TOP_LEVEL_DOMAINS), 0)


def _local_start(text: str, at: int) -> int | None:
    window = text[max(0, at - _LOCAL_CHARS) : at]
    quoted = window.endswith('"') and _QUOTED_LOCAL.search(window)
    if quoted:
        return at - len(quoted[0])
    shared = window.endswith("}") and _SHARED_LOCAL.search(window)
    if shared:
        return at - len(shared[0])
    is_latin = bool(window and _LATIN_LOCAL.match(window[-1]))
    shape = _LATIN_LOCAL if is_latin else _OTHER_LOCAL
    read_backwards = shape.match(window[::-1])
    kept = len(window) - (read_backwards.end() if read_backwards else 0)
    local = window[kept:]
    if kept == 0 and at > _LOCAL_CHARS:
        return None
    if "&" in local and window[:kept].endswith("@"):  # `a@example.org&b@example.org`
        local = local.rpartition("&")[2]
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
    is_encoded = text[at] == "%"  # in a URL too: `imap://jane%40example.org@host`
    return (
        before.endswith(("@", "${", "$", "acct:"))
        or text[start:at] == "git"
        or (text[start:at] == "s" and before.endswith(("%", ")")))  # `%s@`, `%(name)s@`
        or bool(after[:1] in "': " and _SAID_OF_A_HOST.match(after))
        or (before.endswith("onnection to ") and after.startswith((" closed", " timed")))
        or bool(after[:1] == ":" and _COPY_TARGET.match(after))
        or bool(after[:1] in ":]~ $#" and _PROMPT_END.match(after))
        or bool("://" in before and not is_encoded and _URL_USERINFO.search(before))
        or bool(_REMOTE.search(before) and _is_remote(before, text[start:at], after))
        or bool(before.endswith(("<", " ", ":", "\n")) and _MESSAGE_ID.search(before))
        or bool(before.endswith("<") and _is_of_thread(text, start))
    )


def _is_remote(before: str, name: str, after: str) -> bool:
    """Tell the host of a command such as ssh: between the two stand options, paths, files."""
    command = _REMOTE_COMMAND.search(before.rpartition("\n")[2])
    if command is None:
        return False
    is_copy = command["name"] not in {"ssh", "mosh"} and after[:1] == ":" and after[1:2].strip()
    if is_copy or name in _ACCOUNTS:
        return True
    is_value = False
    for argument in command["arguments"].split():
        word = argument.strip("\"'`.,:;")
        if word.isalpha() and word not in _TO_HOSTS and not is_value:
            return False
        is_value = argument.startswith("-")
    return "(" not in command["arguments"]


def _is_of_thread(text: str, start: int) -> bool:
    """Tell the name of a message among those that a header of a mail lists."""
    line = text[max(0, start - _THREAD_CHARS) : start].rpartition("\n")[2]
    return bool(_THREAD.match(line))
