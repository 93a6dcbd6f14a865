"""Where logs go and how they look: to stderr or a file, plain lines or JSON, without secrets."""

from __future__ import annotations

import json
import logging
import os
import stat
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

from vaultskillet.errors import ConfigError, VaultskilletError

MASK = "***"

_SHORTEST_SECRET = 4
"""Shorter texts occur in any line by chance; masking them would hide nothing."""

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


@dataclass(frozen=True, slots=True)
class LogFile:
    """A file for logs, and when it is put aside."""

    path: Path
    max_bytes: int
    """Larger than this, it becomes `….1`, and a new one is begun."""
    keep: int
    """How many of those that were put aside stay; at least 1."""


Clean = Callable[[str], str]
"""Takes what is sensitive out of a text; never raises."""


def set_up(
    *,
    level: int,
    json_lines: bool,
    secrets: Iterable[str],
    clean: Clean = str,
    file: LogFile | None = None,
) -> None:
    """Send every log to one place; calling it again replaces what was set up before.

    Args:
        level: the lowest level shown of ours; libraries speak from warnings on.
        json_lines: one JSON object a line in place of text.
        secrets: texts that are masked wherever they occur.
        clean: what each message and each field goes through, such as the names of notes.
        file: where they go; None: to stderr.

    Raises:
        ConfigError: the file cannot be written.
    """
    formatter = LineFormatter(json_lines=json_lines, secrets=secrets, clean=clean)
    handler: logging.Handler = _StderrHandler()
    handler.setFormatter(formatter)
    if file is not None:
        handler = _FileHandler(file, spare=handler)
        handler.setFormatter(formatter)
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("vaultskillet").setLevel(level)


class _StderrHandler(logging.Handler):
    """Writes to what stderr is at that moment: a progress bar may have put itself before it."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stderr.write(self.format(record) + "\n")
        except Exception:  # noqa: BLE001 - logging's own rule: a log never breaks the work
            self.handleError(record)


class _FileHandler(RotatingFileHandler):
    """Writes to files that only the user may read; what they do not take goes to stderr."""

    def __init__(self, file: LogFile, *, spare: logging.Handler) -> None:
        try:
            file.path.parent.mkdir(parents=True, exist_ok=True)
            super().__init__(
                file.path, maxBytes=file.max_bytes, backupCount=file.keep, encoding="utf-8"
            )
        except OSError as error:
            raise ConfigError(
                f"{file.path}: logs cannot be written there ({error.strerror}); name another "
                "file in logs.file"
            ) from error
        self._spare = spare

    def _open(self) -> TextIOWrapper:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        file = os.open(self.baseFilename, flags, 0o600)
        if stat.S_ISREG(os.fstat(file).st_mode):  # it may be a pipe, or a device
            os.fchmod(file, 0o600)
        return os.fdopen(file, "a", encoding="utf-8", errors="backslashreplace")

    def close(self) -> None:
        """Close the file, also where the disk does not take the rest."""
        with suppress(OSError):
            super().close()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        """Let nothing be lost where the disk is full, or the file may not be put aside."""
        self._spare.handle(record)


class LineFormatter(logging.Formatter):
    """Gives one line a record: its message, its fields, and no secret."""

    def __init__(self, *, json_lines: bool, secrets: Iterable[str], clean: Clean = str) -> None:
        super().__init__()
        self._json_lines = json_lines
        self._clean = clean
        spelt = {
            form
            for secret in secrets
            if len(secret) >= _SHORTEST_SECRET
            for form in (secret, _quoted(secret)[1:-1])
        }
        self._secrets = sorted(spelt, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        """Give the line of a record."""
        message = self._clean(record.getMessage())
        fields = {name: self._cleaned(value) for name, value in _fields(record).items()}
        line = (_json_line if self._json_lines else _plain_line)(record, message, fields)
        for secret in self._secrets:
            line = line.replace(secret, MASK)
        return line

    def _cleaned(self, value: object) -> object:
        """Clean a field; what is no text keeps its type where JSON knows that."""
        match value:
            case None | bool() | int() | float():
                return value
            case list() | tuple():
                return [self._cleaned(item) for item in value]
            case dict():
                return {self._clean(str(key)): self._cleaned(item) for key, item in value.items()}
            case _:
                return self._clean(str(value))


def _json_line(record: logging.LogRecord, message: str, fields: Mapping[str, object]) -> str:
    told = {
        "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "message": message,
        **fields,
    }
    return _quoted(told)


def _plain_line(record: logging.LogRecord, message: str, fields: Mapping[str, object]) -> str:
    at = datetime.fromtimestamp(record.created, UTC).astimezone()
    told = (f"{name}={_word(value)}" for name, value in fields.items())
    head = f"{at:%Y-%m-%d %H:%M:%S} {record.levelname.lower()}: {message}"
    return " ".join([head, *told])


def _fields(record: logging.LogRecord) -> dict[str, object]:
    """Give the facts of a record: what was passed as `extra`, and the error if there is one."""
    fields = {name: value for name, value in vars(record).items() if name not in _STANDARD}
    if record.exc_info and record.exc_info[1]:
        fields["error"] = _trace(record.exc_info[1])
    return fields


def _trace(error: BaseException) -> str:
    """Tell how an error came about, where in the code, and what it was.

    Of other people's errors only the kind is told: their text may hold that of a note.
    """
    told: list[str] = []
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        says = f": {link}" if isinstance(link, VaultskilletError | OSError) else ""
        frames = "".join(traceback.format_tb(link.__traceback__))
        told.append(f"{frames}{type(link).__name__}{says}")
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return "\nwhich came of\n".join(told)


def _word(value: object) -> str:
    """Give a value as it is, or quoted where it would not be one word."""
    text = str(value)
    return text if text.isprintable() and text and not set(text) & set(' "=') else _quoted(text)


def _quoted(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
