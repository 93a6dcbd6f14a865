"""What kind of work a text calls for, by rules or from a model's reply."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Final

from vaultskillet.core.filters.literals import Places, Sieve
from vaultskillet.core.model import Category, Classification, Complexity
from vaultskillet.core.requests import requested_work

HEAD_CHARS = 800
"""A classification looks at the first characters only: enough to tell, cheap to send."""

SCHEMA: Final = {
    "type": "object",
    "properties": {
        "category": {"enum": [str(category) for category in Category]},
        "complexity": {"enum": [str(complexity) for complexity in Complexity]},
    },
    "required": ["category", "complexity"],
    "additionalProperties": False,
}
"""JSON schema of a model's reply."""

# A cue is a word that asks for a kind of work. Where two kinds have as many cues, the one
# that stands first here wins: code and reasoning need the better model.
_CODE: Final = re.compile(
    r"^[ >]*(?:```|~~~)|^ *(?:def|class|import|from|fn|func|const|#include|SELECT)\b"
    r"|\b(?:refactor|debug|stack ?trace|regex|unit tests?)\b",
    re.MULTILINE,
)
_CODE_SIGNS: Final = (
    "```", "~~~", "def", "class", "import", "from", "fn", "func", "const", "#include", "SELECT",
    "refactor", "debug", "stack", "regex", "unit test",
)  # fmt: skip
"""One of these stands in whatever `_CODE` finds; to look for them first is far quicker."""


@dataclass(frozen=True, slots=True)
class _Words:
    """Words and phrases in lower case, looked for as whole words whatever their case."""

    words: tuple[str, ...]
    pattern: re.Pattern[str]

    def count(self, head: str, places: Places) -> int:
        """Count them in a text, given where they stand in it by their mere letters."""
        if head.isascii() and places.keys().isdisjoint(self.words):
            return 0  # as in most texts; to find that out so is far quicker
        return len(self.pattern.findall(head))


def _words(*words: str) -> _Words:
    longest_first = sorted(words, key=len, reverse=True)
    return _Words(
        words, re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b", re.IGNORECASE)
    )


_CUES: Final = {
    Category.REASONING: _words(
        "why", "compare", "prove", "derive", "analyse", "analyze", "evaluate", "argue",
        "tradeoff", "tradeoffs", "trade-off", "trade-offs", "pros and cons", "decide", "versus",
        "vs.", "therefore", "implies", "hypothesis", "hypotheses",
    ),
    Category.CREATIVE: _words(
        "poem", "story", "lyrics", "brainstorm", "imagine", "slogan", "invent", "haiku", "scene",
        "screenplay",
    ),
    Category.EXTRACTION: _words(
        "extract", "find all", "list all", "list every", "list the", "pull out", "action items",
        "which dates",
    ),
    Category.CLASSIFICATION: _words(
        "classify", "classification", "categorise", "categorize", "label these", "sort into",
        "which kind",
    ),
    Category.SUMMARY: _words(
        "summary", "summarise", "summarize", "tldr", "tl;dr", "in short", "abstract", "overview",
        "recap",
    ),
}  # fmt: skip
_CONNECTIVES: Final = _words(
    "because", "therefore", "however", "whereas", "although", "unless", "hence", "thus",
    "assuming", "on the other hand",
)  # fmt: skip
_CODE_SIEVE: Final = Sieve(_CODE_SIGNS)
_SIEVE: Final = Sieve(word for words in (*_CUES.values(), _CONNECTIVES) for word in words.words)
_STEPS: Final = re.compile(r"^ *(?:#{1,6} |\d+[.)] )", re.MULTILINE)

# Signs of a complex text, each counted in the head. 800 characters hold about 130 words.
_LONG_WORDS = 90
_MANY_QUESTIONS = 2
_MANY_CONNECTIVES = 2
_MANY_STEPS = 3


def classify_by_rules(text: str) -> Classification:
    """Classify by the words and the shape of the text's first characters.

    >>> classify_by_rules("Why is the sky blue, and compare it with Mars?").category
    <Category.REASONING: 'reasoning'>
    >>> classify_by_rules("Milk, bread, tea.").because
    'rules: no cue, so summary; simple'
    """
    head = text[:HEAD_CHARS]
    places = _SIEVE.places(head.lower())
    complexity = _judge_complexity(head, places)
    requested = requested_work(head)
    if requested is not None:
        return Classification(requested, complexity, f"rules: asks for {requested}; {complexity}")
    counts = {Category.CODE: len(_CODE.findall(head)) if _CODE_SIEVE.places(head) else 0}
    counts |= {category: cues.count(head, places) for category, cues in _CUES.items()}
    category = max(counts, key=counts.__getitem__)
    if counts[category]:
        because = f"rules: {counts[category]} cue(s) for {category}; {complexity}"
    else:
        category = Category.SUMMARY
        because = f"rules: no cue, so {category}; {complexity}"
    return Classification(category, complexity, because)


def _judge_complexity(head: str, places: Places) -> Complexity:
    signs = [
        len(head.split()) >= _LONG_WORDS,
        head.count("?") + head.count("？") >= _MANY_QUESTIONS,
        _CONNECTIVES.count(head, places) >= _MANY_CONNECTIVES,
        len(_STEPS.findall(head)) >= _MANY_STEPS,
    ]
    match signs.count(True):
        case 0:
            return Complexity.SIMPLE
        case 1:
            return Complexity.MODERATE
        case _:
            return Complexity.COMPLEX


def parse_classification(reply: str, *, model: str, latency_ms: float) -> Classification | None:
    """Read a model's reply; None where it is not what was asked for.

    Args:
        reply: the text of the reply, a JSON object as `SCHEMA` has it.
        model: who said so.
        latency_ms: how long it took, in milliseconds.
    """
    try:
        said = json.loads(reply)
        category = Category(said["category"])
        complexity = Complexity(said["complexity"])
    except (ValueError, TypeError, KeyError):
        return None
    return Classification(category, complexity, f"{model} said so", latency_ms)
