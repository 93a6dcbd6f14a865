"""No model: picks the note's own sentences and the vault's own tags."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from vaultskillet.core import markdown
from vaultskillet.core.model import Reply, Request
from vaultskillet.core.summary import summarise
from vaultskillet.core.tags import choose_tags
from vaultskillet.errors import EngineError


class ExtractiveEngine:
    """An engine that selects and never invents; keeps nothing, so any thread may use it."""

    model_id = "extractive"
    local = True

    def load(self, repo: str) -> None:
        """Do nothing: there is nothing to load."""

    def generate(self, request: Request) -> Reply:
        """Answer one request."""
        document = markdown.read(request.text)
        enrichment = {
            "summary": summarise(document, title=request.title),
            "tags": choose_tags(request.tag_candidates),
        }
        return Reply(json.dumps(enrichment, ensure_ascii=False), model=self.model_id)

    def generate_many(self, requests: Sequence[Request]) -> list[Reply | EngineError]:
        """Answer a batch."""
        return [self.generate(request) for request in requests]

    def stream(self, request: Request) -> Iterator[str]:
        """Answer in one piece."""
        yield self.generate(request).text

    def close(self) -> None:
        """Do nothing: nothing is held."""
