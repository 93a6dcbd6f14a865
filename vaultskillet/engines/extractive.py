"""The built-in engine: no model; it selects sentences of the text and tags of the vault."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter

from vaultskillet.core.insight import INSIGHT_SCHEMA
from vaultskillet.core.markdown import read
from vaultskillet.core.model import Reply, Request
from vaultskillet.core.own_words import extract_insight
from vaultskillet.core.quoting import quote_text, telling_words
from vaultskillet.core.summary import summarise
from vaultskillet.core.tags import choose_tags
from vaultskillet.engines.settings import EngineSettings
from vaultskillet.errors import EngineError, EngineRefusedError, EngineUnavailableError

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
    candidates. Any other gets the sentences of its text that say the most to its question, or
    to its title where there is none.
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
    summary = summarise(read(request.text), title=request.title)
    tags = choose_tags(request.tag_candidates)
    return json.dumps({"summary": summary, "tags": tags}, ensure_ascii=False)


def _quotes(request: Request) -> str:
    """Quote the sentences that speak to the request.

    One that names nothing in particular, such as "What is this about?", gets the summary.
    """
    document = read(request.text)
    question = request.question or request.title
    if not telling_words(question):
        summary = summarise(document, title=request.title)
        return f"{QUOTES}\n\n> {summary}" if summary else NOTHING_FOUND
    quotes = quote_text(question, document, most=MAX_QUOTED)
    if not quotes.said:
        return NOTHING_FOUND
    pieces = [QUOTES]
    for heading, group in groupby(quotes.said, key=attrgetter("heading")):
        if heading and heading != request.title:
            pieces.append(f'Under "{heading}":')
        pieces.append("\n>\n".join(f"> {quote.text}" for quote in group))
    pieces += [f'Nothing in "{name}" speaks of this.' for name in quotes.silent]
    return "\n\n".join(pieces)
