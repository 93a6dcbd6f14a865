"""Give a rewritten note what the old file had beside its bytes.

Mode, owner, access list and extended attributes everywhere; the birth time on macOS, where it
can be set. The modification time is never copied: sync would miss the change. The macOS part
follows the system's headers and has been run on Linux only as far as its argument layout.
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct
import sys

from vaultskillet.errors import NoteProtectedError

BIRTH_TIME_CAN_BE_SET = sys.platform == "darwin"

# Digests of the content itself, kept by the kernel: to copy them would be wrong.
_OF_THE_CONTENT = {"security.ima", "security.evm"}

# <copyfile.h> and <sys/attr.h> of macOS.
_COPYFILE_ACL = 1
_COPYFILE_XATTR = 1 << 2
_ATTR_BIT_MAP_COUNT = 5
_ATTR_CMN_CRTIME = 0x00000200

NANOSECONDS = 1_000_000_000


def copy_metadata(source: int, target: int) -> None:
    """Give one open file what the other has beside its bytes.

    Raises:
        NoteProtectedError: something cannot be kept.
        OSError: the disk refused.
    """
    old = os.fstat(source)
    _copy_owner(old, target)
    if sys.platform == "darwin":
        _copy_attributes_macos(source, target)
        _set_birth_time(target, old.st_birthtime)
    else:
        _copy_attributes(source, target)
    # Last: a change of owner clears bits of the mode, an access list rewrites the group's.
    os.fchmod(target, stat.S_IMODE(old.st_mode))


def _copy_owner(old: os.stat_result, target: int) -> None:
    new = os.fstat(target)
    if (new.st_uid, new.st_gid) == (old.st_uid, old.st_gid):
        return
    try:
        os.fchown(target, old.st_uid, old.st_gid)
    except PermissionError as error:
        raise NoteProtectedError(
            f"it belongs to user {old.st_uid}, group {old.st_gid}, and a rewrite would change "
            "that; give it to the user who runs vaultskillet"
        ) from error


def _copy_attributes(source: int, target: int) -> None:
    """Copy extended attributes; access lists are among them on Linux."""
    wanted = _read_attributes(source)
    present = _read_attributes(target)
    try:
        for name, value in wanted.items():
            if present.get(name) != value:
                os.setxattr(target, name, value)
        for name in present.keys() - wanted.keys():
            if not name.startswith("security."):  # an access list inherited from the folder
                os.removexattr(target, name)
    except OSError as error:
        raise NoteProtectedError(
            f"its extended attribute {name} cannot be kept ({error.strerror}); remove it"
        ) from error


def _read_attributes(file: int) -> dict[str, bytes]:
    try:
        listed = os.listxattr(file)
    except OSError:  # a file system without extended attributes
        return {}
    return {name: os.getxattr(file, name) for name in listed if name not in _OF_THE_CONTENT}


def _copy_attributes_macos(source: int, target: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.fcopyfile(source, target, None, ctypes.c_uint32(_COPYFILE_ACL | _COPYFILE_XATTR)) != 0:
        reason = os.strerror(ctypes.get_errno())
        raise NoteProtectedError(f"its extended attributes cannot be kept ({reason})")


def _set_birth_time(file: int, birth_s: float) -> None:
    """Set when a file was made; Obsidian sorts by it."""
    libc = ctypes.CDLL(None, use_errno=True)
    request, value = birth_time_request(birth_s)
    if libc.fsetattrlist(file, request, value, ctypes.c_size_t(len(value)), 0) != 0:
        reason = os.strerror(ctypes.get_errno())
        raise NoteProtectedError(f"its creation date cannot be kept ({reason})")


def birth_time_request(birth_s: float) -> tuple[bytes, bytes]:
    """Give the `attrlist` and the `timespec` that set a birth time.

    Args:
        birth_s: seconds since 1970.
    """
    seconds, nanoseconds = divmod(round(birth_s * NANOSECONDS), NANOSECONDS)
    request = struct.pack("=HHIIIII", _ATTR_BIT_MAP_COUNT, 0, _ATTR_CMN_CRTIME, 0, 0, 0, 0)
    return request, struct.pack("=qq", seconds, nanoseconds)
