"""What people make up as passwords out of words and digits: `gravel.Regen.0130`."""

from __future__ import annotations

import re

from vaultskillet.core.filters.literals import fold, words
from vaultskillet.core.filters.secret_values import (
    is_chance,
    is_coined,
    is_strong_password,
)

_LEAST_CHARS = 8
_WORD = r"[A-Z]?[a-z]{2,11}"
_CAPITAL = r"[A-Z][a-z]{2,11}"
_WORDED = re.compile(
    rf"{_WORD}(?:[-_.]{_WORD}|{_CAPITAL}){{1,3}}[-_.]?\d{{2,5}}[!?*#%&+$]{{0,2}}"
    rf"|{_WORD}[-_.]?\d{{2,5}}[-_.]?{_CAPITAL}(?:{_CAPITAL})?[!?*#%]?"
    rf"|\d{{2,4}}[-_.]?{_WORD}(?:[-_.]{_WORD}|{_CAPITAL})[!?*#%]?"
    rf"|(?=[A-Za-z]{{0,11}}[01345][a-z])[A-Za-z][a-z]*(?:[01345][a-z]{{0,8}}){{1,3}}\d{{2,4}}"
    rf"(?:[-_.]?{_WORD})?"
    r"|[A-Za-z]{3,8}\d{2,5}[!$#%&*?@^][A-Za-z]{3,8}\d{0,3}"
)
_OF_A_YEAR = re.compile(r".*[-_](?:19|20)\d\d")
_WORD_AND_DIGITS = re.compile(r"[^\W\d_]{3,20}(?!(?:19|20)\d\d\Z)\d{3,5}[!?*#%]?")
_JOINED = re.compile("[-.]")
"""In the name of a version: `K8s-v1.29.1`."""
_PARTS = re.compile(r"[A-Z]?[a-z]{2,}|[A-Z]{2,}")
# Programs, versions, papers and rooms: what else one logs in with, uses, and changes to.
_THINGS = words(
    "windows ubuntu debian fedora macos android chrome firefox edge safari python java postgres"
    " mysql oauth saml mfa totp ssh season session room raum channel kanal floor version phase"
    " build node port volume disk office word excel outlook photoshop iphone ipad galaxy pixel"
    " ticket seat gate line linie gleis bus tram helvetica volvo golf audi bmw commit eintritt"
    " factory fase sql server release sprint kapitel chapter folge episode"
    " high low quality panel settings config beta alpha final draft report review budget model"
    " schema table view page test demo module class plan team group hall building band engine"
    " laserjet officejet router printer modem phone laptop desktop screen display fritz box wrt"
    " openwrt linux kernel debug admin user guest gast file folder note notes image photo img"
    " screenshot scan copy backup export import data log logs sheet slide deck layout theme style"
    " version update patch issue task story epic quarter jahr year week woche month monat"
    " january february march april june july august september october november december"
    " januar februar märz mai juni juli oktober dezember summer winter spring autumn"
    " protokoll rechnung bericht invoice order auftrag angebot sitzung meeting standup agenda"
    " git hub gitea docker gpt claude gemini llama mistral sonnet opus haiku whisper bert turbo"
    " mini preview instruct"
    " conference edition level stage part section appendix studio code visual core net"
    " cloud api service client template default standard basic premium pro max plus lite"
)


def is_told(value: str, *, is_login: bool = False) -> bool:
    """Tell a password where a sentence speaks of one without the word.

    Args:
        value: without the marks around it.
        is_login: whether the sentence says how to get in; then a word and digits will do.
    """
    if len(value) < _LEAST_CHARS or is_thing(value):
        return False
    if not is_login and _OF_A_YEAR.fullmatch(value):
        return False
    is_one = is_coined(value) or is_worded(value) or is_strong_password(value)
    is_word = is_login and _WORD_AND_DIGITS.fullmatch(value) is not None
    return is_one or is_word or (is_chance(value) and (is_login or _JOINED.search(value) is None))


def is_worded(value: str) -> bool:
    """Tell words and digits put together as hardly anything else is."""
    is_dated = _OF_A_YEAR.fullmatch(value) is not None
    return not is_dated and _WORDED.fullmatch(value) is not None and not is_thing(value)


def is_thing(value: str) -> bool:
    """Tell the name of a program, a version, a paper or a room: `Windows-Server-2022`."""
    return any(fold(part) in _THINGS for part in _PARTS.findall(value))
