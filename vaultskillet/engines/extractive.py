"""The built-in engine: no model; it selects sentences of the text and tags of the vault."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from heapq import nlargest

from vaultskillet.core.insight import INSIGHT_SCHEMA, extract_insight
from vaultskillet.core.markdown import read
from vaultskillet.core.model import Reply, Request
from vaultskillet.core.summary import sentences_of, summarise
from vaultskillet.core.tags import choose_tags
from vaultskillet.core.terms import words_of
from vaultskillet.engines.settings import EngineSettings
from vaultskillet.errors import EngineError, EngineRefusedError, EngineUnavailableError

MAX_READ_CHARS = 8000
"""A summary comes from the top of a note; more is not read for one."""
MAX_QUOTED = 3
"""Sentences that answer a free request."""

QUOTES = "The built-in engine writes nothing of its own; the text has this to say:"
NOTHING_FOUND = (
    "Nothing in the text speaks of this. The built-in engine only quotes; "
    "configure a model for an answer in its own words."
)


def make_engine(_settings: EngineSettings) -> ExtractiveEngine:
    """Make the engine; there is nothing to set."""
    return ExtractiveEngine()


class ExtractiveEngine:
    """Answers with what is there already: it writes no word of its own.

    A request with a schema gets the summary of its text and the likely ones of its tag
    candidates. Any other gets the sentences of its text that share the most words with its
    question, or with its title where there is none.
    """

    model_id = "extractive"
    local = True

    def __init__(self) -> None:
        """Be ready at once."""
        self._closed = False

    def load(self, repo: str) -> None:
        """Do nothing: there is no model to load."""

    def generate(self, request: Request) -> Reply:
        """Answer one request.

        Raises:
            EngineRefusedError: it has no text to select from.
            EngineUnavailableError: the engine is closed.
        """
        began = time.perf_counter()
        if self._closed:
            raise EngineUnavailableError("the extractive engine is closed")
        if not request.text.strip():
            raise EngineRefusedError(
                "the built-in engine only quotes from a text, and here is none; "
                "name a note, or configure a model"
            )
        text = _reply_to(request)
        return Reply(text, self.model_id, latency_ms=1000 * (time.perf_counter() - began))

    def generate_many(self, requests: Sequence[Request]) -> list[Reply | EngineError]:
        """Answer a batch, one after the other."""
        replies: list[Reply | EngineError] = []
        for request in requests:
            try:
                replies.append(self.generate(request))
            except EngineError as error:
                replies.append(error)
        return replies

    def stream(self, request: Request) -> Iterator[str]:
        """Answer one request line by line."""
        yield from self.generate(request).text.splitlines(keepends=True)

    def close(self) -> None:
        """Answer no more."""
        self._closed = True


def _reply_to(request: Request) -> str:
    if request.schema is None:
        return _quotes(request)
    if request.schema == INSIGHT_SCHEMA:
        return extract_insight(request.text, title=request.title, others=request.note_names)
    return _enrichment(request)


def _enrichment(request: Request) -> str:
    document = read(_top(request.text))
    summary = summarise(document, title=request.title)
    tags = choose_tags(request.tag_candidates)
    return json.dumps({"summary": summary, "tags": tags}, ensure_ascii=False)


def _quotes(request: Request) -> str:
    """Quote the sentences most like the request, in the order of the text."""
    wanted = set(words_of(request.question or request.title))
    sentences = [
        sentence
        for block in read(request.text).blocks
        if not block.heading_level
        for sentence in sentences_of(block.prose)
    ]
    shared = [wanted & set(words_of(sentence)) for sentence in sentences]
    spread = Counter(word for words in shared for word in words)
    likeness = [sum(1 / spread[word] for word in words) for words in shared]  # "the" tells little
    best = nlargest(MAX_QUOTED, range(len(sentences)), key=lambda at: (likeness[at], -at))
    quoted = [f"> {sentences[at]}" for at in sorted(best) if likeness[at]]
    return f"{QUOTES}\n\n" + "\n>\n".join(quoted) if quoted else NOTHING_FOUND


def _top(text: str) -> str:
    """Give the first paragraphs of a long text."""
    if len(text) <= MAX_READ_CHARS:
        return text
    end = text.rfind("\n\n", 0, MAX_READ_CHARS)
    return text[: end if end > 0 else MAX_READ_CHARS]
