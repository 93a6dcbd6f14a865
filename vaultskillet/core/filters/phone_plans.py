"""Numbering plans: whether digits are a number somewhere, by libphonenumber's metadata."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import cast

import phonenumbers
from phonenumbers import (
    NumberParseException,
    PhoneMetadata,
    PhoneNumberDesc,
    PhoneNumberFormat,
)

_NO_REGION = phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY
_REGIONS_OF_CODE = phonenumbers.COUNTRY_CODE_TO_REGION_CODE
_TYPES = (
    "fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "personal_number",
    "voip", "pager", "uan", "voicemail",
)  # fmt: skip
_NEVER = re.compile(r"(?!)")


def is_valid_abroad(number: str) -> bool:
    """Judge an international number, with or without its `+`."""
    code, national = _split_country_code(number)
    regions = _REGIONS_OF_CODE.get(code, ())
    return any(_form_of(code, region)[0].fullmatch(national) for region in regions)


def is_long_enough(number: str) -> bool:
    """Tell whether an international number has as many digits as its country's numbers.

    One more is allowed: `+52 1 55 ...` was right until 2019, and is still written.
    """
    code, national = _split_country_code(number)
    regions = _REGIONS_OF_CODE.get(code, ())
    lengths = {n for region in regions for n in _form_of(code, region)[1]}
    return len(national) in lengths or len(national) - 1 in lengths


def region_of(number: str, regions: Iterable[str]) -> str | None:
    """Give the first of some regions in which a national number is valid."""
    digits = "".join(filter(str.isdigit, number))
    for region in regions:
        plan, trunk = _plan_of(region)
        if plan.fullmatch(digits):
            return region
        if trunk and digits.startswith(trunk) and plan.fullmatch(digits, len(trunk)):
            return region
    return None


def is_grouped_as_usual(number: str, region: str) -> bool:
    """Tell whether a national number is written in the groups that its region is used to."""
    try:
        parsed = phonenumbers.parse(number, region)
    except NumberParseException:
        return False
    usual = phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL)
    return re.findall(r"\d+", usual) == re.findall(r"\d+", number)


def _split_country_code(number: str) -> tuple[int, str]:
    """Give the country code, 0 if there is none such, and the national number behind it."""
    digits = "".join(filter(str.isdigit, number.replace("(0)", "")))
    for end in (1, 2, 3):
        if int(digits[:end]) in _REGIONS_OF_CODE:
            return int(digits[:end]), digits[end:]
    return 0, digits


# The library compiles some ten expressions a region for each question, and keeps too few of them.


@cache
def _form_of(code: int, region: str) -> tuple[re.Pattern[str], tuple[int, ...]]:
    """Give the form that all numbers of a region share, and their lengths."""
    if region == _NO_REGION:
        metadata = PhoneMetadata.metadata_for_nongeo_region(code)
    else:
        metadata = PhoneMetadata.metadata_for_region(region)
    form = cast("PhoneNumberDesc", cast("PhoneMetadata", metadata).general_desc)
    return re.compile(str(form.national_number_pattern)), tuple(form.possible_length)


@cache
def _plan_of(region: str) -> tuple[re.Pattern[str], str]:
    """Give the forms of all types of number of a region together, and its trunk prefix."""
    metadata = PhoneMetadata.metadata_for_region(region)
    if metadata is None:  # no such region: a slip in the configuration
        return _NEVER, ""
    return re.compile("|".join(_forms(metadata))), metadata.national_prefix or ""


def _forms(metadata: PhoneMetadata) -> Iterator[str]:
    for kind in _TYPES:
        form: PhoneNumberDesc | None = getattr(metadata, kind)
        if form is not None and form.national_number_pattern:
            yield f"(?:{form.national_number_pattern})"
