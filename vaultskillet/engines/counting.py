"""How many tokens a request and its reply take, where nobody has counted them."""

from __future__ import annotations

import json

from vaultskillet.core.model import Reply, Request

_BYTES_A_TOKEN = 3
"""English has about four, most other scripts about three: rather too many tokens than too few."""


def counts_of(request: Request, reply: Reply) -> tuple[int, int]:
    """Give the tokens that were read and written, estimated where the engine does not say."""
    if reply.prompt_tokens or reply.reply_tokens:
        return reply.prompt_tokens, reply.reply_tokens
    return estimate_prompt_tokens(request), tokens_of(reply.text)


def estimate_prompt_tokens(request: Request) -> int:
    """Give about how many tokens an engine will read for a request, rather too many."""
    parts = [request.instructions, request.title, request.text, request.question or ""]
    parts += request.note_names
    parts += [candidate.tag for candidate in request.tag_candidates]
    if request.schema is not None:
        parts.append(json.dumps(request.schema, ensure_ascii=False))
    return tokens_of(*parts)


def tokens_of(*texts: str) -> int:
    """Give about how many tokens some texts take together, rather too many."""
    size = sum(len(text.encode("utf-8", "replace")) for text in texts)
    return -(-size // _BYTES_A_TOKEN)
