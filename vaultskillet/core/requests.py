"""What kind of work a text asks for in its first words, if a person asks in plain English.

A request says what is to be done and to what ("Write me a short poem"); the first thing that it
names tells the kind of work. A note that merely speaks of code or of stories does not begin so.
"""

from __future__ import annotations

import re
from typing import Final

from vaultskillet.core.model import Category

_POLITE: Final = (
    r"[\s\"'“>]*(?:(?:please|now|just|hey|hi|let['’]s|help me(?: to)?"
    r"|(?:can|could|would|will) (?:you|we)"
    r"|i(?: want| need|['’]d like| would like)(?: you)? to|(?:show|tell) me how to"
    r"|how (?:can|do|should|would) (?:i|we|you))\W+)*"
)
_MAKE: Final = (
    r"(?:add|build|code|come up with|compose|convert|create|debug|describe|draft|explain|fix"
    r"|generate|give|implement|improve|invent|make|make up|optimi[sz]e|parse|port|propose"
    r"|refactor|reverse|review|rewrite|set up|simplify|sort|suggest|tell|think of|translate"
    r"|turn|write)"
)
_CODE: Final = (
    r"alias(?:es)?|algorithms?|api|app|bash|bug|c\+\+|class(?:es)?|code|commands?|component|cron"
    r"|css|dataview|decorators?|docker ?file|\w*errors?|excel|exceptions?|formula|functions?|go"
    r"|html|java|javascript|json|library|loop|macro|makefile|method|module|one-liner|parser|perl"
    r"|plugin|powershell|program|python|quer(?:y|ies)|regexp?|regular expressions?|ruby|rust"
    r"|scripts?|shell|snippet|sql|stack ?trace|struct|swift|tests?|typescript|web|website|yaml"
)
_CREATIVE: Final = (
    r"ballads?|blog post|captions?|characters?|dialogues?|e-?mail|essay|fable|headlines?|ideas"
    r"|invitation|jokes?|letter|limericks?|lyrics|monologue|names|novel|ode|plot|poems?|puns?"
    r"|rap|riddles?|scene|slogans?|song|sonnets?|speech|stories|story|taglines?|tale|titles?"
    r"|toast|verses?|vows"
)
_FIND: Final = r"(?:collect|extract|find|gather|get|give|list|name|pull|show|tell)"
_ASK: Final = r"(?:what|when|where|which|who)"
_FACTS: Final = (
    r"(?:action items|address(?:es)?|amounts?|appointments?|attended|attendees|authors?|books"
    r"|dates?|deadlines?|decisions?|e-?mails?|facts|figures|ingredients|links|mentioned|named"
    r"|names|numbers?|participants|people|persons|places|prices?|questions|quotations|quotes?"
    r"|sources|tasks|to-?dos?|urls)"
)
_NEAR: Final = r"\b[^.?!:\n]{0,50}?\b"
"""As much as may stand between what is to be done and to what."""
_REQUEST: Final = re.compile(
    rf"{_POLITE}(?:{_MAKE}{_NEAR}(?:(?P<code>{_CODE})|(?P<creative>{_CREATIVE}))"
    rf"|(?P<extraction>{_FIND}{_NEAR}{_FACTS}|{_ASK}{_NEAR}{_FACTS}\b[^.!\n]*\?))(?!\w)",
    re.IGNORECASE,
)


def requested_work(text: str) -> Category | None:
    """Give the kind of work that a text asks for in its first words.

    >>> requested_work("Could you write a Python function that tells a story?")
    <Category.CODE: 'code'>
    >>> requested_work("The story of Python")
    """
    found = _REQUEST.match(text)
    return Category(found.lastgroup) if found and found.lastgroup else None
