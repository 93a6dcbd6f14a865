"""Passwords in what is said of a lock: "the tablet opens with ...", "... gets you in"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vaultskillet.core.filters.finding import Span
from vaultskillet.core.filters.literals import Places, begins_word, occurrences
from vaultskillet.core.filters.secret_coined import is_told
from vaultskillet.core.filters.secret_values import TOLD_CHAR, told_value, value_span

_CHARS = rf"{TOLD_CHAR}{{8,64}}"
_VALUE = rf"[\"'`*_“„«»「]{{0,3}}(?P<value>{_CHARS})"
_WITH = (
    r"with|using|by typing|to|into|mit|per|durch|avec|en tapant|con|usando|com|met|med|z|ze|na"
    r"|hasłem|s|se|со|с|на|паролем|με|sanalla|ile|cu|dengan|bằng"
)
_IS = (
    r"is(?: now)?|it['’]s|was|ist(?: jetzt)?|lautet|c['’]est|est|es|è|é|jest|to|är|er|on|je|je to"
    r"|este|είναι|adalah|là|—|–|-"
)
_FEW_WORDS = r"(?:[ \t,]{1,2}[^\W\d_]{1,14}(?:['’][^\W\d_]{1,12})?){0,5}?"
_OPENED = re.compile(
    rf"[^\W\d_]{{0,6}}{_FEW_WORDS}[ \t,]{{1,2}}(?:{_WITH})[ \t:]{{1,2}}{_VALUE}", re.IGNORECASE
)
_MOVED = re.compile(
    rf"{_FEW_WORDS}[ \t]{{1,2}}(?:to|auf|zu|en|pour|por|para|in|till|til|na|на)[ \t:]{{1,2}}"
    rf"{_VALUE}",
    re.IGNORECASE,
)
_CALLED = re.compile(
    rf"[^\W\d_]{{0,3}}{_FEW_WORDS}[ \t]?(?:[:=]|(?<=[ \t])(?:{_IS}))[ \t]{{1,2}}{_VALUE}",
    re.IGNORECASE,
)
_HANDED = re.compile(
    r"[^\W\d_]{0,8}[^\n:,]{0,40}:[ \t]{1,2}(?:[^\W\d_]{1,10}[ \t])?"
    rf"[\w.@+-]{{2,40}}(?:,|[ \t]?/|[ \t](?:and|und|et|y|e|i|и|en|og|och))[ \t]{{1,2}}{_VALUE}",
    re.IGNORECASE,
)
_ENTERED = re.compile(rf"(?:[ \t](?:je|du|man|in|ein))?[ \t:]{{1,2}}{_VALUE}", re.IGNORECASE)
_BEFORE = re.compile(rf"(?<![^\s(「\"'`*“„«])(?P<value>{_CHARS})[\"'`*”»」]{{0,3}}[ \t]?\Z")
_AS_USER = re.compile(
    r"[ \t:]{1,3}(?:(?:is|ist|est|es|è|é|jest|är|er)[ \t])?[\w.@+-]{2,40}"
    r"(?:,|[ \t]/|,?[ \t](?:and|then|und|dann|et|puis|y|luego|e|poi|en|dan|i|potem|и|потом|och|og))"
    rf"(?:[ \t](?:then|dann|with|mit|use))?[ \t]{{1,2}}{_VALUE}",
    re.IGNORECASE,
)
_SAID_UNSPACED = re.compile(
    r"[ \t]?(?:は|用|名|的是|:|：)?[ \t]?[A-Za-z][\w.@-]{1,30}[ \t]?[と、，,/和와과][ \t]?"
    rf"{_VALUE}"
)
_NEEDED = re.compile(r"[^\W\d_][^\w\s]?_?\d|\d[^\w\s]?_?[^\W\d_]")
_CLAUSE_CHARS = 150
_VALUE_CHARS = 68

_OPENS = (
    "unlock", "opens", "open up", "get into", "gets into", "got into", "open it", "open them",
    "let you in", "lets you in",
    "öffnet", "geht auf", "aufgeh", "entsperr", "geht mit", "ins netz", "kommt man",
    "kommst du", "komme ich", "kommt ihr", "kommen wir", "s'ouvre",
    "ouvre", "déverrouill", "se abre", "abre", "desbloque", "si apre", "apre", "sblocc",
    "gaat open", "ontgrendel", "otwiera", "odblok", "открыва", "разблок", "відкрива", "åbner",
    "åpnes", "öppnas", "låses op", "låses opp", "låses upp", "aukeaa", "avautuu", "odemyk",
    "odemkne", "otevírá", "nyílik", "se deschide", "ανοίγει", "dibuka", "on entre", "se entra",
    "si entra", "entra-se", "wchodzi się", "entras", "entrez", "accedi", "te conectas",
    "se connecte", "me connecte", "einloggen", "anmelden", "ingelogd",
)  # fmt: skip
_LOCKS = (
    "account", "login", "router", "wifi", "wi-fi", "nas", "alarm", "lock", "safe", "keypad",
    "gate", "door", "code", "printer", "tablet", "laptop",
)  # fmt: skip
_MOVES = (
    "set it back", "set mine back", "set that back", "put it back", "moved",
    "switched it", "switched over", "zurückgesetzt", "umgestellt", "remis", "passé",
)  # fmt: skip
_SETTINGS = tuple(
    f"{verb} {article} {lock}"
    for verb in ("set", "reset", "changed", "switched")
    for article in ("the", "our", "my")
    for lock in _LOCKS
)
_CALLS = (
    "the code", "code to", "code for", "der code", "code für", "le code", "code de", "code du",
    "el código", "código de", "il codice", "codice de", "o código", "koden", "kode til", "de code",
    "kod do", "kód k", "код от", "код для", "la box", "new one", "old one", "neue ist", "nouveau",
    "ahora", "adesso", "agora",
    "teraz", "теперь", "on the fridge", "maintenant",
)  # fmt: skip
_NOWS = (
    "lautet es", "es lautet", "lautet jetzt", "heißt jetzt", "ist jetzt", "jetzt ist", "ahora es",
    "adesso è", "ora è", "agora é", "het is nu", "is nu", "nu är det", "nu er det", "teraz jest",
    "jest teraz", "теперь там", "тепер там", "odemyká", "odemykáš", "most már",
    "artık", "nyt se on", "τώρα είναι", "acum este",
)  # fmt: skip
_ENTRIES = (
    "typ je", "typ ", "tippt", "tippst", "tapez ", "teclea ", "digita ", "wpisz ",
    "eintippen", "skriver du", "skriv ", "zadej ", "введи ", "mets ",
    "metti ", "brug ", "använd ", "bruk ", "usa ", "utilise ", "nimm ", "benutze ",
    "gebruik ", "użyj ", "используй ", "bruger ", "använder ", "j'utilise ", "uso ", "używam ",
)  # fmt: skip
_HANDS = (
    "credential", "zugangsdaten", "identifiants", "credencial", "credenzial", "inloggegevens",
    "dane logowania", "inloggning", "logindata", "přihlašovací", "учётка", "доступ",
)  # fmt: skip
_PURPOSES = (
    " to get in", " to get on", " to log in", " to sign in", " to unlock", " to open the",
    " zum einloggen",
    " zum anmelden", " zum entsperren", " pour entrer", " pour se connecter", " pour ouvrir",
    " para entrar", " per entrare", " per accedere", " om in te loggen", " for the wifi",
    " for the guest wifi", " for the wi-fi", " fürs wlan", " für das wlan", " pour le wifi",
    " para el wifi", " per il wifi", " do wifi", " för wifi", " gets you in", " lets you in",
    " ile açıl", " ile giri", " eintippen", " で開", " でログイン", " 로 열", " yaptım",
    " till allt", " til det hele", " for everything", " für alles", " pour tout", " para todo",
)  # fmt: skip
_ACCOUNTS = (
    "username", "user name", "benutzername", "benutzer", "nutzer", "utilisateur", "usuario",
    "usuário", "utente", "gebruiker", "användare", "bruger", "brukernavn", "użytkownik",
    "логин", "пользователь",
)  # fmt: skip
_LOGINS = ("ログイン", "登录", "登錄", "登入", "로그인")
_SAYINGS = {
    **dict.fromkeys(_ACCOUNTS, (_AS_USER, True)),
    **dict.fromkeys(_LOGINS, (_SAID_UNSPACED, True)),
    **dict.fromkeys((*_ENTRIES, *_NOWS), (_ENTERED, False)),
    **dict.fromkeys(_CALLS, (_CALLED, False)),
    **dict.fromkeys(_MOVES, (_MOVED, False)),
    **dict.fromkeys(_SETTINGS, (_MOVED, True)),
    **dict.fromkeys(_HANDS, (_HANDED, True)),
    **dict.fromkeys(_OPENS, (_OPENED, True)),
}
"""The words that begin a saying -> the saying, and whether it says how to get in."""
LITERALS = dict.fromkeys((*_SAYINGS, *_PURPOSES))
"""What to look for, in lower case, before `find_openings` is asked."""


def find_openings(text: str, places: Places) -> Iterator[Span]:
    """Find what something opens with, is set back to, or what is typed to get in."""
    for at, literal in occurrences(places, LITERALS):
        end = at + len(literal)
        if literal not in _SAYINGS:
            if _NEEDED.search(text, max(0, at - _VALUE_CHARS), at):
                yield from _told(_BEFORE.search(text, max(0, at - _VALUE_CHARS), at), is_login=True)
        elif begins_word(text, at) and _NEEDED.search(text, end, end + _CLAUSE_CHARS):
            saying, is_login = _SAYINGS[literal]
            at_value = end - 1 if literal[-1] == " " else end
            yield from _told(saying.match(text, at_value), is_login=is_login)


def _told(told: re.Match[str] | None, *, is_login: bool) -> Iterator[Span]:
    value = told_value(told) if told else ""
    if told and is_told(value, is_login=is_login):
        yield value_span(told, value)
