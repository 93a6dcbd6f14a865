"""What kind of work a text calls for, by rules or from a model's reply."""

from __future__ import annotations

import json
import re
from typing import Final

from vaultskillet.core.model import Category, Classification, Complexity

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
_CUES: Final = {
    Category.CODE: re.compile(
        r"^[ >]*(?:```|~~~)|^ *(?:def|class|import|from|fn|func|const|#include|SELECT)\b"
        r"|\b(?:refactor|debug|stack ?trace|regex|unit tests?)\b",
        re.MULTILINE,
    ),
    Category.REASONING: re.compile(
        r"\b(?:why|compare|prove|derive|analy[sz]e|evaluate|argue|trade-?offs?|pros and cons"
        r"|decide|versus|vs\.|therefore|implies|hypothes[ie]s)\b",
        re.IGNORECASE,
    ),
    Category.CREATIVE: re.compile(
        r"\b(?:poem|story|lyrics|brainstorm|imagine|slogan|invent|haiku|scene|screenplay)\b",
        re.IGNORECASE,
    ),
    Category.EXTRACTION: re.compile(
        r"\b(?:extract|find all|list (?:all|every|the)|pull out|action items|which dates)\b",
        re.IGNORECASE,
    ),
    Category.CLASSIFICATION: re.compile(
        r"\b(?:classif(?:y|ication)|categori[sz]e|label these|sort into|which kind)\b",
        re.IGNORECASE,
    ),
    Category.SUMMARY: re.compile(
        r"\b(?:summar(?:y|ise|ize)|tl;?dr|in short|abstract|overview|recap)\b", re.IGNORECASE
    ),
}
_CONNECTIVES: Final = re.compile(
    r"\b(?:because|therefore|however|whereas|although|unless|hence|thus|assuming"
    r"|on the other hand)\b",
    re.IGNORECASE,
)
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
    counts = {category: len(cue.findall(head)) for category, cue in _CUES.items()}
    category = max(counts, key=counts.__getitem__)
    complexity = _judge_complexity(head)
    if counts[category]:
        because = f"rules: {counts[category]} cue(s) for {category}; {complexity}"
    else:
        category = Category.SUMMARY
        because = f"rules: no cue, so {category}; {complexity}"
    return Classification(category, complexity, because)


def _judge_complexity(head: str) -> Complexity:
    signs = [
        len(head.split()) >= _LONG_WORDS,
        head.count("?") + head.count("？") >= _MANY_QUESTIONS,
        len(_CONNECTIVES.findall(head)) >= _MANY_CONNECTIVES,
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
