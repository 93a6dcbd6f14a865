"""How likely a link between two notes is, and how likely a tag is right: what was measured."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a link from one note to another; each from 0 to 1."""

    cosine: float = 0.0
    """Of their telling terms."""
    mention: float = 0.0
    """The other's name stands in the text: how telling that name is."""
    backlink: bool = False
    """The other links here."""
    votes: float = 0.0
    """The share of the most similar notes that link to the other, by similarity."""
    nearness: float = 0.0
    """How much of their folders is the same."""
    popularity: float = 0.0
    """The logarithm of how many notes link to the other, over its greatest value."""

    def because(self) -> str:
        """Say for a person what speaks for the link, the strongest first."""
        said = {
            "it is named in the text": MENTION * self.mention,
            "notes like this one link to it": VOTES * math.sqrt(self.votes),
            "it links here": BACKLINK * self.backlink,
            "they have words in common": COSINE * math.sqrt(self.cosine),
            "they stand in one folder": NEARNESS * (self.nearness == 1),
        }
        strong = [text for text, odds in said.items() if odds >= SAID_ODDS]
        return "; ".join(sorted(strong, key=lambda text: -said[text]))


SAID_ODDS = 0.6
"""Evidence that is weaker is not told to people."""

BASE = -7.2
COSINE = 2.5
MENTION = 6.5
BACKLINK = 1.9
VOTES = 4.6
NEARNESS = 0.9
POPULARITY = 3.4


def likelihood(evidence: Evidence) -> float:
    """Give how likely it is that the author links the one note to the other."""
    odds = (
        BASE
        + COSINE * math.sqrt(evidence.cosine)
        + MENTION * evidence.mention
        + BACKLINK * evidence.backlink
        + VOTES * math.sqrt(evidence.votes)
        + NEARNESS * evidence.nearness
        + POPULARITY * evidence.popularity
    )
    return 1 / (1 + math.exp(-odds))


def nearness(one: str, other: str) -> float:
    """Give how much of the folders of two paths is the same.

    >>> nearness("a/b/x.md", "a/c/y.md"), nearness("x.md", "y.md"), nearness("x.md", "a/y.md")
    (0.5, 0.0, 0.0)
    """
    ours, theirs = one.split("/")[:-1], other.split("/")[:-1]
    same = 0
    for mine, its in zip(ours, theirs, strict=False):
        if mine != its:
            break
        same += 1
    return 2 * same / (len(ours) + len(theirs)) if same else 0.0


def expected_precision(share: float, *, in_title: bool, in_text: bool) -> float:
    """Give how often such a suggestion is right.

    The formula is a logistic regression over 58,000 suggestions for 3,000 notes of seven vaults
    (Italian, Korean, Chinese, Japanese and three in English), each vault weighing the same.
    The coefficients hardly move when a vault is left out of the fit. What is proposed for that
    vault at 0.4 or more is then right in 52 to 88 of 100 cases, but for the Japanese one, which
    is tagged with the codes of a library: there, in 24.

    Args:
        share: of the neighbours' votes, 0 to 1.
        in_title: the note's title or an alias mentions the tag.
        in_text: its text, of which the title is a part, does.
    """
    odds = -5.0 + 6.6 * math.sqrt(share) + 0.75 * in_title + 0.9 * in_text
    return 1 / (1 + math.exp(-odds))
