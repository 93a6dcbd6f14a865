"""Passwords in a saying that does not call them so: "log in as ann with ...", "it is now ..."."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vaultskillet.core.filters.finding import Span
from vaultskillet.core.filters.literals import FIRST_UNSPACED, Places, begins_word, occurrences
from vaultskillet.core.filters.secret_coined import is_thing, is_worded
from vaultskillet.core.filters.secret_values import (
    TOLD_CHAR,
    is_chance,
    is_coined,
    is_mixed,
    told_value,
    value_span,
)

_OPEN = r"[\"'`*“„«»「]{0,3}"
_CHARS = rf"{TOLD_CHAR}{{6,64}}"
_VALUE = rf"{_OPEN}(?P<value>{_CHARS})"
_ACCOUNT = r"[\"'`*]{0,2}[\w.@+-]{2,40}+[\"'`*]{0,2}"
_AS = (
    r"als|as|comme|como|come|som|jako|ca|как|под|як|ως|sebagai|tunnuksella|olarak|with|mit|avec|con"
    r"|com|met|med|is|ist|est|es|è|é"
)
_WITH = (
    r"with|using|via|and|then|mit|und|avec|et|con|y|e|com|met|en|med|och|og|ja|z|ze|s|se|i|a|és|cu"
    r"|și|ile|с|со|и|з|та|і|με|και|dengan|dan"
)
_LOGGED_IN = re.compile(
    rf"[ \t:,]{{0,3}}(?:\({_ACCOUNT}[ ]?[/|,:][ ]?"
    rf"|(?:[^\W\d_]{{1,14}}[ \t,]{{1,2}}){{0,2}}?(?:(?:{_AS})[ \t])?(?:{_ACCOUNT}[ \t]?)?"
    rf"(?:[ \t,]{{0,2}}(?<=[ \t,])(?:{_WITH})[ \t]|[/,:–—-][ \t]|[ \t]/[ \t])[ \t]?){_VALUE}",
    re.IGNORECASE,
)
_ENTERED_WITH = re.compile(rf"[ \t,]{{0,2}}(?:(?:{_WITH})[ \t])?{_VALUE}", re.IGNORECASE)
_CHANGED = re.compile(
    rf"(?:[ \t][^\W\d_]{{1,12}}){{0,3}}?[ \t:]{{1,2}}"
    r"(?:to|auf|zu|en|pour|par|à|a|por|para|in|con|till|til|na|в|на|за|σε|erre|arra|în|cu|naar|sen)"
    rf"[ \t:]{{1,2}}{_VALUE}",
    re.IGNORECASE,
)
_USED = re.compile(
    rf"(?-i:[a-z][a-z._-]{{1,20}}) (?:and|und|et|y|e|en|i|и) {_VALUE}", re.IGNORECASE
)
_BEFORE_VERB = re.compile(rf"(?<![^\s(「\"'`*])(?P<value>{_CHARS})[\"'`*”»」]{{0,3}}[ \t]?\Z")
_ACCOUNT_BEFORE = re.compile(r"(?<=[:–—-] )[a-z][\w.@-]{1,30}\Z")
_NOW = re.compile(rf"[ \t,:]{{1,2}}{_VALUE}")
_CLAUSE_CHARS = 80
_VALUE_CHARS = 64
_ACCOUNT_CHARS = 34

# What a person says who tells how to get in; then the account perhaps, and the password.
_LOGINS = (
    "log in", "logged in", "login", "log-in", "log on", "logged on", "sign in", "signed in",
    "einloggen", "eingeloggt", "anmelden", "angemeldet", "anmeldung", "melde dich", "zugang",
    "connecte", "connexion", "identifiant", "inicia sesión", "iniciar sesión", "inicio de sesión",
    "acced", "accesso", "acceso", "entra ", "entrar ", "entrare ", "entre ", "entrez ", "inloggen",
    "ingelogd", "log je in", "logga in", "loggar in", "loggade in", "logg inn", "logger inn",
    "log ind", "logger ind", "kirjaudu", "zaloguj", "loguj", "logowanie",
    "přihlas", "přihlášení", "prihlás",
    "lépj be", "belépés", "autentific", "conectare", "giriş", "зайти ", "зайди", "войти", "вход",
    "логин", "увійти", "вхід", "логін", "σύνδεση", "μπες ", "masuk ", "đăng nhập", "ログイン",
    "登录", "登錄", "로그인", "use the account", "use account", "unlock it",
)  # fmt: skip
_ENTRIES = (
    "get in", "gets in", "got in", "gets you in", "get you in", "komme mit", "kommt mit",
    "kommst mit", "geht mit", "rein mit", "on entre avec", "entrer avec", "se entra con",
    "si entra con", "entra-se com", "kom in met", "kommer in med", "kommer inn med",
    "kommer ind med", "wchodzi się z", "opens with", "öffnet mit", "s'ouvre avec", "unlocks with",
    "unlock with", "default is", "the default,", "default password", "es lautet jetzt",
    "lautet jetzt", "default:",
)  # fmt: skip
_CHANGES = (
    "changed it", "changed mine", "changed that", "changed ours", "changed hers", "changed his",
    "reset it", "reset mine", "changé", "changée", "modifié", "cambié", "cambiado", "cambiada",
    "cambiato", "cambiata", "troquei", "mudei", "alterei", "veranderd", "gewijzigd", "bytte",
    "bytt ", "ändrade", "ändrat", "endret", "ændrede", "ændret", "skiftede", "vaihdoin",
    "vaihdettu", "zmienił", "zmieniono", "změnil", "změněno", "zmenil", "megváltoztattam",
    "átírtam", "schimbat",
    "поменял", "сменил", "изменил", "змінил", "поміняв", "άλλαξα", "ganti ke", "diganti",
    "đổi thành",
)  # fmt: skip
_VERBS = (
    " olarak değiş", "に変更", "に変え", "로 바꿨", "로 변경", "으로 바꿨", "으로 변경",
    " kommt man", " komme ich", " kommst du", " kommen wir", " geändert", " umgestellt",
)  # fmt: skip
_USES = (
    "use ",
    "usa ",
    "utilise ",
    "utilisez ",
    "benutze ",
    "nimm ",
    "gebruik ",
    "użyj ",
    "используй ",
)
_BEFORE = ("改成", "改为", "改為", "换成", "換成", "غيرتها إلى", "غيرته إلى", "שיניתי ל-")
_NOWS = (
    "it's now", "it is now", "is now", "now it's", "jetzt", "maintenant", "ahora es", "adesso è",
    "ora è", "agora é", "nu is het", "nu är det", "теперь", "тепер", "τώρα είναι", "netflix it's",
    " one is", " one:",
    "reset to",
)  # fmt: skip
_SAYINGS = {
    **dict.fromkeys(_NOWS, (_NOW, False)),
    **dict.fromkeys(_USES, (_USED, False)),
    **dict.fromkeys(_CHANGES, (_CHANGED, False)),
    **dict.fromkeys(_BEFORE, (_ENTERED_WITH, False)),
    **dict.fromkeys(_ENTRIES, (_ENTERED_WITH, True)),
    **dict.fromkeys(_LOGINS, (_LOGGED_IN, True)),
}
"""The words that begin a saying -> the saying, and whether it tells a login."""
_SLASH = " / "
LITERALS = dict.fromkeys((*_SAYINGS, *_VERBS, _SLASH))
"""What to look for, in lower case, before `find_in_sayings` is asked."""

_DIGIT = re.compile(r"\d")
_REST_OF_WORD = re.compile(r"[^\W\d_]{0,8}(?:-[a-z]{1,4})?")
_WORD_AND_DIGITS = re.compile(r"(?P<word>[^\W\d_]{3,20})\d{2,4}")


def find_in_sayings(text: str, places: Places) -> Iterator[Span]:
    """Find what somebody logs in with, has changed a password to, or says it is now."""
    for at, literal in occurrences(places, LITERALS):
        end = at + len(literal)
        if literal in _SAYINGS:
            if begins_word(text, at) and _DIGIT.search(text, end, end + _CLAUSE_CHARS):
                yield from _said(text, end, literal)
        elif not _DIGIT.search(text, max(0, at - _VALUE_CHARS), end + _VALUE_CHARS):
            continue
        elif literal != _SLASH:
            told = _BEFORE_VERB.search(text, max(0, at - _VALUE_CHARS), at)
            yield from _value(told, is_login=False)
        elif _ACCOUNT_BEFORE.search(text, max(0, at - _ACCOUNT_CHARS), at):
            yield from _value(_NOW.match(text, end - 1), is_login=False)


def _said(text: str, end: int, literal: str) -> Iterator[Span]:
    saying, is_login = _SAYINGS[literal]
    if literal[-1].isalpha() and literal[-1] < FIRST_UNSPACED:
        rest = _REST_OF_WORD.match(text, end)
        end = rest.end() if rest else end
    yield from _value(saying.match(text, end), is_login=is_login)


def _value(told: re.Match[str] | None, *, is_login: bool) -> Iterator[Span]:
    """Give what was told if it is a password; what one logs in with may be a word and digits."""
    value = told_value(told) if told else ""
    is_slug = "-" in value and value.islower()
    is_one = _is_coined_password(value) or (_is_told_by_chance(value) and "/" not in value)
    is_one = is_one and (is_login or not is_slug)
    is_logged = is_login and (_is_word_and_digits(value) or _is_told_by_chance(value))
    if told and (is_one or is_logged):
        yield value_span(told, value)


def _is_coined_password(value: str) -> bool:
    return (is_mixed(value) or is_coined(value) or is_worded(value)) and not is_thing(value)


def _is_told_by_chance(value: str) -> bool:
    return is_chance(value) and not is_thing(value)


def _is_word_and_digits(value: str) -> bool:
    return _WORD_AND_DIGITS.fullmatch(value) is not None and not is_thing(value)
