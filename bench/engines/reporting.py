"""What every engine prints as its last line."""

from __future__ import annotations

import json
import time


class Stopwatch:
    """Wall time of the work of an engine, its imports excluded; nested phases by name."""

    def __init__(self) -> None:
        self._started = self._lap = time.monotonic()
        self.phases: dict[str, float] = {}

    def phase(self, name: str) -> None:
        """End the phase *name*, which began where the last one ended."""
        now = time.monotonic()
        self.phases[name] = self.phases.get(name, 0.0) + now - self._lap
        self._lap = now

    def report(self, **said: object) -> None:
        """Print the wall time so far and what else is to be said."""
        seconds = time.monotonic() - self._started
        phases = {name: round(taken, 3) for name, taken in self.phases.items()}
        print(json.dumps({"seconds": seconds, "phases": phases, **said}))
