"""The public face: classify a text, have a request answered, or ask one of the models directly.

>>> from vaultskillet.config import Config
>>> with Homeskillet(Config()) as homeskillet:
...     said = homeskillet.classify("Why is the sky blue? Compare it with Mars.")
...     answer = homeskillet.run("When to water?", context="Water in the morning. Not at noon.")
>>> str(said.category), str(said.complexity)
('reasoning', 'simple')
>>> answer.model, str(answer.route.tier), answer.text.splitlines()[-1]
('extractive', 'gemma', '> Water in the morning.')
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self

from vaultskillet.app import SystemClock, redaction_of
from vaultskillet.app.accounts import Accounts
from vaultskillet.app.engines import Engines
from vaultskillet.app.policies import privacy_of
from vaultskillet.app.wiring import make_orchestrator, open_keeper
from vaultskillet.config import Config, state_dir_for, state_file
from vaultskillet.core import redact
from vaultskillet.core.classify import classify_by_rules
from vaultskillet.core.harmless import MAX_MARKDOWN_CHARS, clean_markdown
from vaultskillet.core.model import Classification, Complexity, Reply, Route, SafeText, Send, Tier
from vaultskillet.core.release import release
from vaultskillet.errors import ConfigError, EngineError
from vaultskillet.orchestrator import Prepared, Question


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model said: redacted, and without what could act or lead outside."""

    text: str
    """Markdown."""
    model: str
    """Who wrote it."""
    classification: Classification
    route: Send
    prompt_tokens: int
    """Read by the model; 0: not known."""
    reply_tokens: int
    latency_ms: float

    def __str__(self) -> str:
        """Give the text."""
        return self.text


@dataclass(frozen=True, slots=True)
class Stream:
    """An answer that is being written: iterate over it for its pieces, once."""

    model: str
    classification: Classification
    route: Send
    pieces: Generator[str, None, None]

    def __iter__(self) -> Iterator[str]:
        """Give the pieces as they come; joined, they are the answer's text.

        Raises:
            EngineError: there is no answer, or it broke off.
            RedactionError: a filter failed; nothing more is given.
        """
        return self.pieces

    def close(self) -> None:
        """Leave it, so that the model writes no more; may be called twice."""
        self.pieces.close()


class Homeskillet:
    """Both models behind one door; safe to use from many threads.

    Every text is redacted before an engine sees it, and every answer is cleaned and redacted.
    """

    def __init__(self, config: Config, *, state_dir: Path | None = None) -> None:
        """Make the engines that the configuration names; models are loaded at first use.

        Args:
            config: the configuration.
            state_dir: the folder that keeps what the models cost, for the budget; None: that of
                the configured vault, and where there is none nothing is kept.

        Raises:
            ConfigError: the configuration is wrong.
            PluginError: a plug-in that it names cannot be used.
        """
        vault, clock = config.obsidian.vault_path, SystemClock()
        folder = state_dir_for(vault, state_dir) if vault else state_dir
        with ExitStack() as closing:
            keeper = open_keeper(folder and state_file(folder), closing)
            engines = Engines(config, clock=clock, accounts=Accounts(keeper))
            closing.callback(engines.close)
            self._orchestrator = make_orchestrator(config, engines.by_tier, clock)
            self._filters = redaction_of(config)
            self._local_on_findings = privacy_of(config).local_on_findings
            self._closing = closing.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let the models go; may be called twice. Whatever is asked later has no answer."""
        self._closing.close()

    def classify(self, text: str, *, private: bool = False) -> Classification:
        """Say what kind of work a text calls for, by its first 800 characters.

        The small model says so, or rules where it cannot, may not or does not.

        Args:
            text: any text.
            private: only an engine on this machine may see it.

        Raises:
            RedactionError: a filter failed; nothing was sent.
        """
        [safe], private = self._redact(text, private=private)
        [said] = self._orchestrator.classify_many([safe], private=private)
        return said

    def route(self, classification: Classification, *, private: bool = False) -> Route:
        """Say which model a classified text goes to and why, or why to none."""
        return self._orchestrator.route(classification, private=private)

    def run(
        self,
        text: str,
        *,
        context: str = "",
        title: str = "",
        model: str | None = None,
        private: bool = False,
    ) -> Answer:
        """Classify a request, route it, and have it answered.

        Args:
            text: the request.
            context: what it is about, such as a note's Markdown; cut to what the model holds.
            title: of the context.
            model: `gemma` or `qwen`; None: the classification decides.
            private: only an engine on this machine may see any of it.

        Raises:
            ConfigError: there is no such model, or no request.
            EngineError: there is no answer.
            RedactionError: a filter failed; nothing was sent, or nothing is given.
        """
        return self._answer(self._prepare(text, context, title, model, private=private))

    def stream(
        self,
        text: str,
        *,
        context: str = "",
        title: str = "",
        model: str | None = None,
        private: bool = False,
    ) -> Stream:
        """Do as `run`, but give the answer's pieces as they come, a few words behind.

        The errors of `run` that have to do with the answer come while it is read.
        """
        prepared = self._prepare(text, context, title, model, private=private)
        engine = self._orchestrator.engines[prepared.route.tier]
        return Stream(
            model=engine.model_id,
            classification=prepared.classification,
            route=prepared.route,
            pieces=self._pieces(prepared),
        )

    def generate_direct(
        self,
        model: str,
        prompt: str,
        temperature: float | None = None,
        max_tokens: int | None = None,
        *,
        private: bool = False,
    ) -> Answer:
        """Ask one of the models, without a classification by the other.

        Args:
            model: `gemma` or `qwen`.
            prompt: what to ask.
            temperature: 0 for the likeliest words; None: as configured.
            max_tokens: of the answer; None: as configured.
            private: only an engine on this machine may see it.

        Raises:
            ConfigError: there is no such model, or a number cannot be used.
            EngineError: there is no answer.
            RedactionError: a filter failed; nothing was sent, or nothing is given.
        """
        if temperature is not None and not 0 <= temperature < float("inf"):
            raise ConfigError(f"temperature: must not be less than 0, and is {temperature}")
        if max_tokens is not None and max_tokens < 1:
            raise ConfigError(f"max_tokens: must be 1 at least, and is {max_tokens}")
        prepared = self._prepare(prompt, "", "", model, private=private)
        asked = prepared.request.sampling
        sampling = replace(
            asked,
            temperature=asked.temperature if temperature is None else temperature,
            max_tokens=max_tokens or asked.max_tokens,
        )
        request = replace(prepared.request, sampling=sampling)
        return self._answer(replace(prepared, request=request))

    def _prepare(
        self, text: str, context: str, title: str, model: str | None, *, private: bool
    ) -> Prepared:
        if not text.strip():
            raise ConfigError("the request is empty; say what to answer")
        safe, private = self._redact(text, context, title, private=private)
        question = Question(
            text=safe[0],
            context=safe[1],
            title=safe[2],
            private=private,
            wanted=None if model is None else _by_name(model, text),
        )
        prepared = self._orchestrator.prepare(question)
        if isinstance(prepared, EngineError):
            raise prepared
        return prepared

    def _answer(self, prepared: Prepared) -> Answer:
        [reply] = self._orchestrator.generate([(prepared.route.tier, prepared.request)])
        self._tell_of(prepared, reply)
        match reply:
            case Reply():
                return Answer(
                    text=self._clean(reply.text),
                    model=reply.model,
                    classification=prepared.classification,
                    route=prepared.route,
                    prompt_tokens=reply.prompt_tokens,
                    reply_tokens=reply.reply_tokens,
                    latency_ms=reply.latency_ms,
                )
            case EngineError():
                raise reply

    def _pieces(self, prepared: Prepared) -> Generator[str, None, None]:
        engine = self._orchestrator.engines[prepared.route.tier]
        pieces = engine.stream(prepared.request)
        try:
            answer = iter(release(pieces, self._clean, most=MAX_MARKDOWN_CHARS))
            try:
                begun = list(islice(answer, 1))
            except EngineError as error:
                self._tell_of(prepared, error)
                raise
            self._tell_of(prepared)
            yield from begun
            yield from answer
        finally:
            if isinstance(pieces, Generator):
                pieces.close()

    def _tell_of(self, prepared: Prepared, outcome: object = None) -> None:
        """Tell why the small model did not classify, unless the outcome says the same."""
        if prepared.fault is not None and prepared.fault.because != str(outcome):
            self._orchestrator.tell_of(prepared.fault)

    def _redact(self, *texts: str, private: bool) -> tuple[list[SafeText], bool]:
        """Redact texts that go together, and say whether they are private after all."""
        # A shell may give half a character.
        whole = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        redacted = redact.redact_all(whole, self._filters)
        found = self._local_on_findings and any(one.holds_secret for one in redacted)
        return [one.text for one in redacted], private or found

    def _clean(self, text: str) -> str:
        return clean_markdown(text, resolves=lambda _target: False, filters=self._filters)


def _by_name(model: str, text: str) -> Send:
    """Give the route to a model that a person names.

    Raises:
        ConfigError: there is no such model.
    """
    try:
        tier = Tier(model)
    except ValueError:
        names = " and ".join(Tier)
        raise ConfigError(f"there is no model {model!r}; there are {names}") from None
    is_complex = classify_by_rules(text).complexity is Complexity.COMPLEX
    return Send(tier, "asked for by name", thinking=is_complex and tier is Tier.QWEN)
