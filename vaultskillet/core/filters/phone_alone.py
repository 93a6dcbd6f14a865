"""Phone numbers in national form that no word announces: by their groups, or a name beside."""

from __future__ import annotations

import re
from collections.abc import Callable

from vaultskillet.core.filters.phone_people import regions_of_person
from vaultskillet.core.filters.phone_plans import (
    is_grouped_as_usual,
    is_valid_abroad,
    region_of,
)
from vaultskillet.core.filters.phone_runs import digits_of

Regions = Callable[[], tuple[str, ...]]
"""Gives the regions to expect; asked only where a number depends on them."""

COMMON_REGIONS = ("GB", "DE", "FR")
"""Whose numbers are known by their trunk prefix in a note of any language."""
_BRACKETING_REGIONS = (*COMMON_REGIONS, "US", "BR", "AU")
DIGITS_WITH_TRUNK = range(10, 14)
"""How many digits a national number has, its trunk prefix among them."""
_DIGITS_ALONE = range(9, 14)
_DIGITS_OF_A_PERSON = range(8, 13)
_DIGITS_WITH_EXIT_CODE = range(10, 19)
_GROUPS_WITHOUT_TRUNK = range(4, 7)
COUNTING = "01234567890123456789 9876543210987654321"
"""What people type who need any digits."""
NANP = re.compile(r"(?:1[-. ])?(?:\(\d{3}\) ?|\d{3}[-. ])\d{3}[-. ]\d{4}")
"""The form of North American numbers."""
_EXIT_CODE = re.compile(r"\(?(?:0011|011|00|8~?10)(?=[-. (]?\d)")
_MOBILE_CN = re.compile(r"1[3-9]\d{9}")
# In one piece those of Germany and Britain are so long, and begin so, that little else does;
# of others the note's language has to tell.
_MOBILE = re.compile(r"(?P<long>01(?:5\d|6[023]|7\d)\d{7,8}|07[1-57-9]\d{8})|0[4-9]\d{8}")
# Where no trunk prefix tells a number: a name beside it and the note's language have to.
_MOBILE_WITHOUT_TRUNK = {
    "ES": re.compile(r"[67]\d{8}"),
    "IT": re.compile(r"3[1-9]\d{8}"),
    "PT": re.compile(r"9[1236]\d{7}"),
    "PL": re.compile(r"(?:4[5]|5[01379]|6[069]|7[2389]|88)\d{7}"),
    "CZ": re.compile(r"(?:60[1-8]|7[02379]\d)\d{6}"),
}
_OF_A_COUNT = re.compile(r".*(?:00|(\d)\1\1)\Z")

_PERSON_BEFORE = re.compile(
    r"[ \t>*-]*[\"'*_\[]{0,4}(?:[^\W\d_]{2,5}\. )?(?P<name>[^\W\d_]{2,20})"
    r"(?: [^\W\d_]{2,20}){0,2}[\"'*_\]]{0,4}[ ,:–—|-]{1,4}\(?\Z"
)
# "- olive man — 691 54 79 14": a list of whom to call.
_ITEM_BEFORE = re.compile(
    r"[ \t>]*[-*+•][ \t]+(?:\[[ x]\][ ])?[^\W\d_]{2,20}(?: [^\W\d_]{2,20}){0,3} [–—-] \Z"
)
_NAME_AFTER = re.compile(
    r"[ \t]{1,2}[(–—-][ ]?(?-i:[A-ZÀ-ÞА-Я])[^\W\d_]{1,20}[^\n()]{0,30}\)?[ .]{0,2}(?:\n|\Z)"
)
_LINE_END = re.compile(r"[ .,;*_]{0,3}(?:\([^()\n]{1,30}\)|[^\W\d_]{2,16})?[ .]{0,2}(?:\n|\Z)")
_VERB_BEFORE = re.compile(r"[^\W\d_]{2,20} [a-zà-ÿ]{2,12} \Z")
_ADDRESS_BEFORE = re.compile(
    r"@[\w-]{1,60}(?:\.[\w-]{1,60}){0,4}\.(?P<top>[a-z]{2,12})[>)]?[^\w\n]{1,4}\Z"
)
_ADDRESS_AFTER = re.compile(r"[ \t]{0,2}[|,;/·•<(–—-]?[ \t]{0,2}<?[\w.+-]{1,40}@[a-z]")
_NUMBER_IS = re.compile(
    r"(?:\A|[\n,;.!?>*-])[\s*_\"']{0,3}(?:[^\W\d_]{2,5} )?"
    r"(?:nummer|number|numéro|номер|số|(?:nr|no)\.?(?= is))"
    r"[*_\"']{0,3} ?(?:[:：]|is\b|ist\b|est\b)[\s*_\"'`]{0,4}\Z",
    re.IGNORECASE,
)
# Groups in which no count is written.
_ENTRY_GROUPS = {
    (5, 5),
    (3, 7),
    (2, 4, 4),
    (2, 2, 2, 2),
    (4, 3, 3),
    (3, 4, 4),
    (2, 5, 4),
    (3, 3, 4),
}
# Groups that sizes and scores in a row may have too: there a region has to know the number.
_GROUPS_OF = {
    (3, 2, 2, 2): ("ES",),
    (3, 3, 2, 2): ("TR", "RU"),
    (2, 3, 2, 2): ("PL", "UA"),
    (3, 2, 3): ("NO",),
    (2, 3, 4): ("HU",),
}
# How people part numbers in one country.
_TELLING_SHAPE = re.compile(
    rf"(?P<US>{NANP.pattern})"
    r"|(?P<RU>8[ -]?\(\d{3}\) ?\d{3}-\d\d-\d\d|8[ -]\d{3}[ -]\d{3}-\d\d-\d\d)"
    r"|(?P<TR>0 ?\(?5\d\d\)? \d{3} \d\d \d\d)"
    r"|(?P<SE>0\d{1,3}-\d{2,3} \d\d \d\d)"
)


def is_named_number(number: str, line: str, text: str, end: int, *, regions: Regions) -> bool:
    """Tell a number that stands beside a name, or that is called a number and no more.

    Args:
        number: spelt in ASCII.
        line: what stands before it on its line.
        text: where it stands.
        end: where it ends there.
        regions: where it may be from.
    """
    if digits_of(number) in _DIGITS_OF_A_PERSON:
        theirs = regions_of_person(line) or _regions_of_address(line, text, end)
        if theirs and region_of(number, (*theirs, *regions())):
            return True
    if number[0] not in "08" or not number.isdigit():
        if _is_entry(line, text, end):
            return _is_entry_number(number) or _is_mobile_of(number, regions)
        return _is_item(line, text, end) and _is_of_a_region(number)
    if len(number) in DIGITS_WITH_TRUNK and _NUMBER_IS.search(line):
        return region_of(number, (*regions(), *COMMON_REGIONS)) is not None
    mobile = _MOBILE.fullmatch(number)
    if mobile is None or not (_is_entry(line, text, end) or _VERB_BEFORE.search(line)):
        return False
    return region_of(number, ("DE", "GB") if mobile["long"] else regions()) is not None


def is_number_alone(number: str, regions: Regions) -> bool:
    """Judge a number by its grouping and a region's rules alone."""
    if number.startswith(("00", "(00", "011 ")) and digits_of(number) in _DIGITS_WITH_EXIT_CODE:
        return is_valid_abroad(without_exit_code(number))
    if digits_of(number) not in _DIGITS_ALONE or number in COUNTING:
        return False
    telling = _TELLING_SHAPE.fullmatch(number)
    if telling and region_of(number, (str(telling.lastgroup),)):
        return True
    groups = re.findall(r"\d+", number)
    if len(groups) == 1 or groups[0] == "0":
        return bool(_MOBILE_CN.fullmatch(number)) and "CN" in regions()
    if number[0] in "0(":
        usual = COMMON_REGIONS if number[0] == "0" else _BRACKETING_REGIONS
        return region_of(number, (*regions(), *usual)) is not None
    region = region_of(number, regions()) if len(groups) in _GROUPS_WITHOUT_TRUNK else None
    return region is not None and is_grouped_as_usual(number, region)


def without_exit_code(number: str) -> str:
    """Take off what is dialled before a country's code instead of the `+`."""
    return _EXIT_CODE.sub("", number)


def _regions_of_address(line: str, text: str, end: int) -> tuple[str, ...]:
    """Give where a number may be from that stands beside an e-mail address, else nothing."""
    before = _ADDRESS_BEFORE.search(line)
    if before is None and _ADDRESS_AFTER.match(text, end) is None:
        return ()
    country = before["top"].upper() if before and len(before["top"]) == len("de") else ""
    return (*([country] if country else []), *COMMON_REGIONS, "US")


def _is_entry(line: str, text: str, end: int) -> bool:
    """Tell whether a number makes a line together with nothing but a name."""
    if not line.strip(" \t>*-"):
        return bool(_NAME_AFTER.match(text, end))
    person = _PERSON_BEFORE.match(line)
    is_name = person is not None and not person["name"][0].islower()
    return is_name and bool(_LINE_END.match(text, end))


def _is_mobile_of(number: str, regions: Regions) -> bool:
    """Tell a mobile number of the note's language, in one piece or in threes."""
    bare = number.replace(" ", "")
    if not bare.isdigit() or _OF_A_COUNT.fullmatch(bare) or bare in COUNTING:
        return False
    possible = [r for r, mobile in _MOBILE_WITHOUT_TRUNK.items() if mobile.fullmatch(bare)]
    return bool(possible) and not set(possible).isdisjoint(regions())


def _is_item(line: str, text: str, end: int) -> bool:
    is_led = line.endswith(("– ", "— ", "- ")) and _ITEM_BEFORE.match(line)
    return bool(is_led and _LINE_END.match(text, end))


def _is_entry_number(number: str) -> bool:
    groups = _groups_of(number)
    if len(groups) == 1:
        return bool(_MOBILE_CN.fullmatch(number))
    if groups in _GROUPS_OF:
        return _is_of_a_region(number)
    return groups in _ENTRY_GROUPS and not number.startswith("00")


def _is_of_a_region(number: str) -> bool:
    """Tell a number in groups that one country writes, and that is valid there."""
    return region_of(number, _GROUPS_OF.get(_groups_of(number), ())) is not None


def _groups_of(number: str) -> tuple[int, ...]:
    return tuple(map(len, re.findall(r"\d+", number)))
