"""Every error of vaultskillet, sorted by what the caller must do.

::

    VaultskilletError
    ├── ConfigError                  mend the configuration or the command line (exit 2)
    ├── PluginError                  mend or remove the plug-in (exit 2)
    ├── VaultError                   one note, or the vault, cannot be used as it is
    │   ├── NoteGoneError            the note is no longer there
    │   ├── NoteUnreadableError      it cannot be read (permission, a file not downloaded)
    │   │   └── NoteBusyError        it is being written by somebody (transient)
    │   ├── FrontmatterError         its frontmatter cannot be read, or not be edited safely
    │   ├── NoteProtectedError       it may not be written (read-only, hard links)
    │   └── WriteError               the disk refused the write (transient)
    │       └── DiskFullError        it has no room for anything, or is read-only (transient)
    ├── EngineError                  the model did not answer
    │   ├── EngineUnavailableError   not reachable, not loaded (transient)
    │   ├── EngineFailedError        broke on this request, or said nothing (transient)
    │   ├── EngineTimeoutError       took too long (transient)
    │   ├── EngineMemoryError        did not fit into memory (transient)
    │   ├── QuotaError               budget or rate limit used up (transient)
    │   └── EngineRefusedError       it will never answer this request
    ├── ReplyError                   the model answered, but not what was asked (transient)
    ├── DeliveryError                a digest could not be sent (transient)
    ├── RedactionError               a filter failed: nothing is sent, nothing is written
    └── StoreError                   the state database cannot be used
        └── BusyError                another process of ours works on the vault

A *transient* error is worth another try later; any other ends the job with its reason. A job
waits for an engine that is unavailable, or used up, and for a disk that is full, for as long as
that lasts; tries that failed otherwise are counted, and a job ends after some.
"""

from __future__ import annotations


class VaultskilletError(Exception):
    """The root. Its text is one line for a person: what, where, how to mend it."""

    transient = False


class ConfigError(VaultskilletError):
    """The configuration or the command line is wrong."""


class PluginError(VaultskilletError):
    """A plug-in cannot be loaded or breaks its contract."""


class VaultError(VaultskilletError):
    """A note, or the vault as a whole, cannot be used as it is."""


class NoteGoneError(VaultError):
    """The note is no longer there."""


class NoteUnreadableError(VaultError):
    """The note is there but cannot be read."""


class NoteBusyError(NoteUnreadableError):
    """Somebody is writing the note just now."""

    transient = True


class FrontmatterError(VaultError):
    """The frontmatter cannot be read, or cannot be edited without risk."""


class NoteProtectedError(VaultError):
    """The note may not be written: read-only, or shared by a hard link."""


class WriteError(VaultError):
    """The disk refused the write; the note is as it was."""

    transient = True


class DiskFullError(WriteError):
    """The disk takes nothing, from anybody: it is full, or read-only. No fault of any note."""


class EngineError(VaultskilletError):
    """The engine gave no reply."""

    def __init__(self, message: str, *, until: float | None = None) -> None:
        super().__init__(message)
        self.until = until
        """Another try is in vain before then; seconds since 1970 (UTC), None: not known."""


class EngineUnavailableError(EngineError):
    """The engine cannot be reached, or its model is not loaded: no fault of any note."""

    transient = True


class EngineFailedError(EngineError):
    """The engine is there, but broke on this request or said nothing."""

    transient = True


class EngineTimeoutError(EngineError):
    """The engine took longer than it may."""

    transient = True


class EngineMemoryError(EngineError):
    """The request did not fit into memory."""

    transient = True


class QuotaError(EngineError):
    """The budget, or the service's rate limit, is used up for now."""

    transient = True


class EngineRefusedError(EngineError):
    """The engine will never answer this request."""


class ReplyError(VaultskilletError):
    """The reply does not hold what the request asked for."""

    transient = True


class DeliveryError(VaultskilletError):
    """A digest could not be sent out of the vault."""

    transient = True


class RedactionError(VaultskilletError):
    """A redaction filter failed; the text must go nowhere."""


class StoreError(VaultskilletError):
    """The state database cannot be opened, read or written."""


class BusyError(StoreError):
    """Another process of ours works on the vault."""
