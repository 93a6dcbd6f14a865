"""How likely a link between two notes is, and how likely a tag is right: what was measured."""

from __future__ import annotations

import math

from vaultskillet.core.model import Evidence

# A judgement, not a measure: where nobody links, nothing tells what is related enough.
ALIKE_BASE = -3.9
ALIKE_COSINE = 3.9
ALIKE_NEARNESS = 1.1

LINKED = 0.25
"""Who puts so many links into a note, on average, is one who links."""

SAID_ODDS = 0.6
"""Evidence that is weaker is not told to people."""

BASE = -6.3
COSINE = 2.8
MENTION = 5.0
BACKLINK = 1.6
VOTES = 4.1
NEARNESS = 0.5
POPULARITY = 2.7


def explain(evidence: Evidence) -> str:
    """Say for a person what speaks for a link, the strongest first."""
    said = {
        "it is named in the text": MENTION * evidence.mention,
        "notes like this one link to it": VOTES * math.sqrt(evidence.votes),
        "it links here": BACKLINK * evidence.backlink,
        "they have words in common": COSINE * math.sqrt(evidence.cosine),
        "they stand in one folder": NEARNESS * (evidence.nearness == 1),
    }
    strong = [text for text, odds in said.items() if odds >= SAID_ODDS]
    return "; ".join(sorted(strong, key=lambda text: -said[text]))


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


def relatedness(evidence: Evidence, *, links_a_note: float) -> float:
    """Give how related two notes are, 0 to 1.

    In a vault whose author links, that is how likely a link is. One who hardly does gives no
    votes, no backlinks and no popularity, and would be told of nothing: there, words in common
    and one folder count as well.

    Args:
        evidence: what speaks for it.
        links_a_note: how much the author links, on average.
    """
    unlinked = max(0.0, 1.0 - links_a_note / LINKED)
    odds = ALIKE_BASE + ALIKE_COSINE * math.sqrt(evidence.cosine)
    odds += ALIKE_NEARNESS * evidence.nearness
    alike = 1 / (1 + math.exp(-odds))
    return 1 - (1 - likelihood(evidence)) * (1 - unlinked * alike)


def nearness(one: str, other: str) -> float:
    """Give how much of the folders of two paths is the same.

    >>> nearness("a/b/x.md", "a/c/y.md"), nearness("x.md", "y.md"), nearness("x.md", "a/y.md")
    (0.5, 0.0, 0.0)
    """
    folder = one.rpartition("/")[0]
    if folder == other.rpartition("/")[0]:
        return float(bool(folder))
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
