"""A service that behaves as hosted.ai does, for a scripted server."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, datetime

from tests.engines import server as acts
from tests.engines.server import Act, Seen
from vaultskillet.ports.clock import Clock


class Service:
    """Behaves as hosted.ai does, and knows which GPUs are out."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.numbers = itertools.count(1)
        self.out: set[str] = set()
        self.most = 0
        self.odd: Callable[[Seen], Act | None] = lambda _seen: None

    def __call__(self, seen: Seen) -> Act:
        odd = self.odd(seen)
        if odd is not None:
            return odd
        match seen.method, seen.path.split("/")[1:]:
            case "GET", ["health"]:
                return acts.give({"status": "ok"})
            case "POST", ["v1", "allocations"]:
                return self.allocate()
            case "DELETE", ["v1", "allocations", name] if name in self.out:
                self.out.remove(name)
                return acts.give({})
            case "POST", ["v1", "inference", name] if name in self.out:
                return self.infer(seen.body["prompt"])
        return acts.give({"error": "gone", "code": "allocation_not_found"}, status=404)

    def infer(self, prompt: str) -> Act:
        if "refuse" in prompt:
            return acts.give({"error": "no", "code": "bad_prompt"}, status=400)
        said = "said " + prompt.rpartition("<note>")[2]
        return acts.give({"text": said, "tokens_used": 9, "duration_ms": 3})

    def allocate(self) -> Act:
        name = f"alloc-{next(self.numbers)}"
        self.out.add(name)
        self.most = max(self.most, len(self.out))
        end = datetime.fromtimestamp(self.clock.now() + 300, UTC).isoformat()
        granted = {"allocation_id": name, "assigned_gpu": "a", "status": "active"}
        return acts.give({**granted, "expires_at": end})
