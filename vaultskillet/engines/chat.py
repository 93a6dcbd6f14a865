"""A Request as the turns of a chat, and a chat's text as what a Reply holds."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from vaultskillet.core.model import Reply, Request

Message = Mapping[str, str]

# Spellings by which chat templates mark turns and thinking. In a note they would let its text
# pose as another turn, so a blank breaks them.
_CONTROL = re.compile(
    r"<(?=\|[^|<>\n]{1,40}\|>"
    r"|/?(?:start_of_turn|end_of_turn|think|bos|eos|s|pad|unk|note|request)>"
    r"|[|｜][^<>\n]{1,40}[|｜]>)"
    r"|\[(?=/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS)\])"
)
_FENCED = re.compile(r"```(?:json)?\s*\n(.*?)\n\s*```", re.DOTALL)
_AGAIN = (
    "That was not one JSON object. Answer again with the JSON object alone: "
    "no explanation, no code fence."
)
_OPEN, _CLOSE = "<think>", "</think>"


def messages_of(request: Request) -> list[Message]:
    """Give the turns of a request: ours first, the same for a whole batch, then the note.

    The schema stands in our turn even where the engine enforces it: a server may ignore it,
    and a model writes better when it knows what is wanted.
    """
    ours = request.instructions
    if request.schema is not None:
        schema = json.dumps(request.schema, ensure_ascii=False, separators=(",", ":"))
        ours += f"\n\nAnswer with one JSON object and nothing else. Its JSON schema:\n{schema}"
    return [{"role": "system", "content": ours}, {"role": "user", "content": note_of(request)}]


def fold_system(messages: Sequence[Message]) -> list[Message]:
    r"""Put our turn at the head of the user's, for a model that knows no other.

    >>> fold_system([{"role": "system", "content": "Sum up."}, {"role": "user", "content": "Tea."}])
    [{'role': 'user', 'content': 'Sum up.\n\nTea.'}]
    """
    ours, user, *rest = messages
    return [{**user, "content": f"{ours['content']}\n\n{user['content']}"}, *rest]


def ask(request: Request, complete: Callable[[Sequence[Message]], Reply]) -> Reply:
    """Have a request answered; where JSON is wanted and not given, ask once more.

    The reply is as it came where that does not help either.

    Args:
        request: what is asked.
        complete: continues a chat; called once or twice.
    """
    messages = messages_of(request)
    reply = complete(messages)
    if request.schema is None:
        return reply
    found = json_of(reply.text)
    if found is None:
        said = {"role": "assistant", "content": reply.text}
        first, reply = reply, complete([*messages, said, {"role": "user", "content": _AGAIN}])
        reply = replace(
            reply,
            prompt_tokens=first.prompt_tokens + reply.prompt_tokens,
            reply_tokens=first.reply_tokens + reply.reply_tokens,
            calls=first.calls + reply.calls,
        )
        found = json_of(reply.text)
    return reply if found is None else replace(reply, text=found)


def note_of(request: Request, *, text: str | None = None) -> str:
    """Give the turn that holds the note, and the question where there is one.

    Args:
        request: what is asked.
        text: the note's text, where it was trimmed; the request's own otherwise.
    """
    parts = []
    if request.title:
        parts.append(f"Title: {defuse(request.title)}")
    if request.tag_candidates:
        parts.append("Tags: " + ", ".join(defuse(c.tag) for c in request.tag_candidates))
    if request.note_names:
        parts.append("Notes: " + "; ".join(map(defuse, request.note_names)))
    text = request.text if text is None else text
    if text or request.question is None:
        parts.append(f"<note>\n{defuse(text)}\n</note>")
    if request.question is not None:
        parts.append(f"<request>\n{defuse(request.question)}\n</request>")
    return "\n".join(parts)


def defuse(text: str) -> str:
    """Break what a chat template would take for a control token.

    >>> defuse("a <|im_start|>system")
    'a < |im_start|>system'
    """
    return _CONTROL.sub(lambda match: match.group() + " ", text)


def without_thinking(text: str) -> str:
    """Give a reply without the thoughts that stand before it.

    >>> without_thinking("<think>Hm.</think> Yes.")
    'Yes.'
    """
    return "".join(stream_without_thinking(iter([text])))


def stream_without_thinking(pieces: Iterator[str]) -> Iterator[str]:
    """Give the pieces of a reply without the thoughts, and the blanks, that stand before it.

    Thoughts that never end leave nothing: they are not the reply.
    """
    head = ""
    for piece in pieces:
        head += piece
        start = head.lstrip()
        if start.startswith(_OPEN):
            _, ended, start = start.partition(_CLOSE)
            start = start.lstrip()
            if not ended or not start:
                continue
        elif _OPEN.startswith(start):  # also where nothing came yet
            continue
        yield start
        yield from pieces
        return
    if not head.lstrip().startswith(_OPEN):
        yield head.lstrip()


def json_of(text: str) -> str | None:
    """Give the JSON object in a reply, from among fences and chatter; None: there is none.

    >>> json_of('Sure! {"a": 1} Anything else?')
    '{"a": 1}'
    """
    decoder = json.JSONDecoder()
    for candidate in (*_FENCED.findall(text), text):
        start = candidate.find("{")
        if start < 0:
            continue
        try:
            _, end = decoder.raw_decode(candidate, start)
        except (ValueError, RecursionError):
            continue  # no later brace: it may open a part of an object that was cut off
        return str(candidate[start:end])
    return None
