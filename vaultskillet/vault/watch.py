"""Watch a vault: hints that a note may have changed, and that it is time to sweep."""

from __future__ import annotations

import errno
import logging
import os
import stat
import sys
import threading
import warnings
from pathlib import Path

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers.api import BaseObserver
from watchdog.observers.polling import PollingObserverVFS

from vaultskillet.core.model import NotePath
from vaultskillet.errors import VaultError
from vaultskillet.ports.vault import OnChange, OnOverflow
from vaultskillet.vault import names

log = logging.getLogger(__name__)

_CAME_OR_WENT: list[type[FileSystemEvent]] = [
    FileCreatedEvent, FileMovedEvent, FileDeletedEvent,
    DirCreatedEvent, DirMovedEvent, DirDeletedEvent,
]  # fmt: skip

# What the kernel says where a limit is reached; the limit, and the least that is advised.
_LIMITS = {
    errno.ENOSPC: ("fs.inotify.max_user_watches", 524_288),
    errno.EMFILE: ("fs.inotify.max_user_instances", 1024),
}


_Identity = tuple[int, int] | None
"""Device and inode of the root; None where it is not there."""


class VaultWatcher:
    """Watches one vault, also when its folder goes and comes back (a drive, a sync client)."""

    def __init__(
        self,
        root: Path,
        *,
        polling: bool = False,
        polling_s: float = 30.0,
        root_check_s: float = 5.0,
    ) -> None:
        """Make ready to watch a vault.

        Args:
            root: the vault's folder.
            polling: compare listings instead of asking the system: for network drives and
                containers, where the system is not told of others' changes.
            polling_s: seconds between two listings.
            root_check_s: seconds between two looks at the folder itself: no event tells of
                a drive that is unmounted, or of a renamed folder above the vault.
        """
        self._root = root.resolve()
        self._polling_s = polling_s if polling else None
        self._root_check_s = root_check_s
        self._stopping = threading.Event()
        self._wake = threading.Event()
        self._keeper: threading.Thread | None = None
        self._told = ""

    def start(self, on_change: OnChange, on_overflow: OnOverflow) -> None:
        """Begin to watch.

        Raises:
            VaultError: watching is not possible here (with the limit to raise, if that is it).
        """
        seen = _identify(self._root)
        if seen is None:
            raise VaultError(f"the vault {self._root} is not there; is its drive mounted?")
        handler = _Handler(str(self._root), on_change, on_overflow, on_root_gone=self._wake.set)
        observer = self._attach(handler)
        self._keeper = threading.Thread(
            target=self._keep, args=(handler, observer, seen), name="vault-root", daemon=True
        )
        self._keeper.start()

    def stop(self) -> None:
        """Stop, and wait until no call-back will come any more; may be called twice."""
        self._stopping.set()
        self._wake.set()
        if self._keeper:
            self._keeper.join()

    def _keep(self, handler: _Handler, observer: BaseObserver | None, seen: _Identity) -> None:
        """Look at the root now and then; watch anew when it is another one, or back."""
        while True:
            told = self._wake.wait(self._root_check_s)
            self._wake.clear()
            if self._stopping.is_set():
                break
            now = _identify(self._root)
            if told or now != seen:
                seen = now
                if observer:
                    _detach(observer)
                    observer = None
                handler.on_overflow()
            if now and not observer:
                observer = self._attach_again(handler)
        if observer:
            _detach(observer)

    def _attach_again(self, handler: _Handler) -> BaseObserver | None:
        """Start an observer, or give None; it is tried again at the next look."""
        try:
            observer = self._attach(handler)
        except VaultError as error:
            if str(error) != self._told:
                log.warning("changes are found by sweeping only", extra={"because": str(error)})
            self._told = str(error)
            return None
        self._told = ""
        handler.on_overflow()
        return observer

    def _attach(self, handler: _Handler) -> BaseObserver:
        """Start an observer on the root."""
        try:
            if self._polling_s is None:
                return _start_native(handler)
            observer = PollingObserverVFS(
                os.lstat,
                _list_visible,  # type: ignore[arg-type]  # iterated over, no more
                polling_interval=self._polling_s,
            )
            return _start(observer, handler, FileModifiedEvent)
        except OSError as error:
            raise explain(self._root, error) from error


class _Handler(FileSystemEventHandler):
    """Turns events into paths of notes; runs for each event, so it asks nothing of the disk."""

    def __init__(
        self,
        root: str,
        on_change: OnChange,
        on_overflow: OnOverflow,
        *,
        on_root_gone: OnOverflow,
    ) -> None:
        self.on_overflow = on_overflow
        self.root = root
        self._on_change = on_change
        self._on_root_gone = on_root_gone
        self._skip = len(root) + 1

    def dispatch(self, event: FileSystemEvent) -> None:
        """Tell of both ends of an event."""
        for path in (event.src_path, event.dest_path):
            if path:
                self._tell(os.fsdecode(path), is_folder=event.is_directory)

    def _tell(self, path: str, *, is_folder: bool) -> None:
        if path == self.root:
            self._on_root_gone()
            return
        inner = path[self._skip :]
        if names.is_hidden(inner) or "/." in inner:
            return
        if is_folder:
            self.on_overflow()
        elif names.is_note_name(inner):
            self._on_change(NotePath(inner))


def _start(
    observer: BaseObserver, handler: _Handler, changed: type[FileSystemEvent]
) -> BaseObserver:
    """Start an observer; opened, read and listed files are no events, and cost nothing."""
    observer.schedule(handler, handler.root, recursive=True, event_filter=[*_CAME_OR_WENT, changed])
    try:
        observer.start()
    except OSError:
        _detach(observer)
        raise
    return observer


if sys.platform.startswith("linux"):
    from watchdog.observers.inotify import InotifyObserver
    from watchdog.observers.inotify_c import CallbackId, InotifyConstants

    # Folders made in quick succession are reported twice; watchdog copes, and need not say so.
    warnings.filterwarnings("ignore", "Callback with id", RuntimeWarning)

    class _Observer(InotifyObserver):
        """An observer that does not pass over lost events and unwatched folders in silence."""

        def __init__(self, on_overflow: OnOverflow) -> None:
            super().__init__()
            self._on_overflow = on_overflow

        def start(self) -> None:
            """Start, or fail where the system's limit left folders unwatched.

            watchdog goes on without the folders that the limit did not admit; one more watch
            then fails too. This one is on a folder that is never deleted, so that it costs
            nothing, and it is told when the kernel's queue of events runs over.
            """
            super().start()
            self._inotify_fd.add_callback(
                b"/", InotifyConstants.IN_DELETE_SELF, self, CallbackId(id(self))
            )

        def on_event(self, event: object) -> None:
            """Let events be."""

        def on_watch_deleted(self, wd: int) -> None:
            """Let the watch go."""

        def on_queue_overflow(self) -> None:
            """Tell that events were lost."""
            self._on_overflow()

    def _start_native(handler: _Handler) -> BaseObserver:
        # A closed file tells all; each `write` call of its own would be one event more.
        return _start(_Observer(handler.on_overflow), handler, FileClosedEvent)

else:
    from watchdog.observers import Observer

    def _start_native(handler: _Handler) -> BaseObserver:
        return _start(Observer(), handler, FileModifiedEvent)


def _identify(root: Path) -> _Identity:
    """Give what tells one folder from another that took its place; None where there is none."""
    try:
        status = root.stat()
    except OSError:
        return None
    return (status.st_dev, status.st_ino) if stat.S_ISDIR(status.st_mode) else None


def _detach(observer: BaseObserver) -> None:
    observer.stop()
    if observer.ident:
        observer.join()


def _list_visible(folder: str | None) -> list[os.DirEntry[str]]:
    """List a folder without what Obsidian does not see: a repository can hold any number."""
    with os.scandir(folder) as listing:
        return [entry for entry in listing if not names.is_hidden(entry.name)]


def explain(root: Path, error: OSError) -> VaultError:
    """Say why a vault cannot be watched, and which limit to raise if that is it."""
    if error.errno in _LIMITS:
        name, least = _LIMITS[error.errno]
        return VaultError(
            f"the system does not let you watch all folders of {root}: run "
            f"`{raise_limit(name, least=least)}`, or set watch.polling: true"
        )
    return VaultError(
        f"the vault {root} cannot be watched ({error.strerror}); set watch.polling: true"
    )


def raise_limit(name: str, *, least: int) -> str:
    """Give the command that raises a limit of the kernel, now and for good.

    Args:
        name: such as `fs.inotify.max_user_watches`.
        least: a value that is enough; where the limit is higher, its double is.
    """
    value = max(least, 2 * read_limit(name))
    return (
        f"echo {name}={value} | sudo tee /etc/sysctl.d/90-{name.rpartition('.')[2]}.conf "
        "&& sudo sysctl --system"
    )


def read_limit(name: str) -> int:
    """Read a limit of the kernel; 0 where there is none of this name."""
    try:
        return int(Path("/proc/sys", *name.split(".")).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 0
