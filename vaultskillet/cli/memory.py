"""How much memory this process took at most."""

from __future__ import annotations

import sys


def peak_memory_bytes() -> int | None:
    """Give it where the system tells; None on Windows."""
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
