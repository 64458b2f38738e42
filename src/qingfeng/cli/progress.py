"""Progress of long work: a bar on a terminal, plain lines elsewhere; rows/s and time left.

What is done says nothing: the report follows.
"""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import NoReturn, Self, TextIO

from tqdm import tqdm

_LINE_EVERY_SECONDS = 10
_REDRAW_EVERY_SECONDS = 0.1


class Progress:
    """Called with bytes done, bytes in all and rows read; prints to standard error.

    A context manager: leaving it removes the bar.
    """

    def __init__(self, what: str, stream: TextIO | None = None) -> None:
        self._what = what
        self._stream = sys.stderr if stream is None else stream
        self._started = self._told = time.monotonic()
        self._bar: tqdm[NoReturn] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.close()

    def __call__(self, done: int, total: int, rows: int) -> None:
        now = time.monotonic()
        rate = int(rows / max(now - self._started, 0.001))
        if self._stream.isatty():
            self._draw(done, total, f"{rows:,} rows, {rate:,} rows/s")
        elif done < total and now - self._told >= _LINE_EVERY_SECONDS:
            self._told = now
            left = int((now - self._started) * (total - done) / max(done, 1))
            text = f"{self._what}: {done * 100 // max(total, 1)} %, {rows:,} rows, {rate:,} rows/s"
            print(f"{text}, about {left} s left", file=self._stream, flush=True)

    def _draw(self, done: int, total: int, words: str) -> None:
        if self._bar is None:
            self._bar = tqdm(
                desc=self._what,
                total=total,
                unit="B",
                unit_scale=True,
                file=self._stream,
                leave=False,
                mininterval=_REDRAW_EVERY_SECONDS,
            )
        self._bar.set_postfix_str(words, refresh=False)
        self._bar.update(done - self._bar.n)
