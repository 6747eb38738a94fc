"""Scan in several processes: each gets some files with their bytes, and gives back places.

A file that ends its process could not be read; the others of its chunk are read one by one, so that
only that one is lost. Where no process can be started at all, everything is read in this one.
"""

from __future__ import annotations

import io
import signal
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TYPE_CHECKING, Final, NamedTuple

from mnaudit.errors import InputError
from mnaudit.model.scan import Place, ScanResult, Unreadable
from mnaudit.model.scan_source import NAMES, ScanSource
from mnaudit.scan.names import shown_name
from mnaudit.scan.one import scan_source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from concurrent.futures import Future

    from mnaudit.model.scan_rules import ScanRules

__all__ = ["SideBySide"]

_MIB: Final = 2**20
_CHUNK: Final = 4 * _MIB
_CHUNK_FILES: Final = 128
_ALONE: Final = 32 * _MIB
"""A larger file is read in the first process, in windows, rather than sent to another."""


class _Task(NamedTuple):
    """What another process needs to know: a source with its bytes."""

    path: str
    part: str | None
    named: bool
    data: bytes


@dataclass(slots=True)
class _Chunk:
    """Sources that another process has, and what it says of them."""

    sources: list[ScanSource]
    tasks: list[_Task]
    size: int = 0
    future: Future[list[ScanResult]] | None = None


class SideBySide:
    """Several processes; each gets some files with their bytes, and gives back places."""

    def __init__(self, rules: ScanRules, jobs: int) -> None:
        self._rules = rules
        self._jobs = jobs
        self._pool: ProcessPoolExecutor | None = None
        self._lives = True

    def scan(self, sources: Iterable[ScanSource]) -> Iterator[tuple[ScanSource, ScanResult]]:
        """Yield a result for each source, in order; a few chunks are under way at once."""
        under_way: deque[_Chunk] = deque()
        try:
            for chunk in self._chunks(sources):
                if chunk.tasks:
                    chunk.future = self._send(chunk.tasks)
                under_way.append(chunk)
                if len(under_way) > 2 * self._jobs:
                    yield from self._received(under_way.popleft())
            while under_way:
                yield from self._received(under_way.popleft())
        finally:
            self._stop()

    def _chunks(self, sources: Iterable[ScanSource]) -> Iterator[_Chunk]:
        """Yield sources with their bytes; those that stay here are chunks without tasks."""
        chunk = _Chunk([], [])
        for source in sources:
            task = self._task(source)
            if task is None:
                if chunk.sources:
                    yield chunk
                yield _Chunk([source], [])
                chunk = _Chunk([], [])
                continue
            chunk.sources.append(source)
            chunk.tasks.append(task)
            chunk.size += len(task.data)
            if chunk.size >= _CHUNK or len(chunk.tasks) >= _CHUNK_FILES:
                yield chunk
                chunk = _Chunk([], [])
        if chunk.sources:
            yield chunk

    def _task(self, source: ScanSource) -> _Task | None:
        if source.part in NAMES:
            return _Task(source.path, source.part, source.named, b"")
        # What is not known to be small may be large: a pipe has no size.
        if source.open is None or not 0 < source.size <= _ALONE:
            return None
        try:
            with source.open() as file:
                data = file.read(_ALONE + 1)
        except (OSError, InputError):
            return None  # which is told when it is scanned
        return _Task(source.path, source.part, source.named, data) if len(data) <= _ALONE else None

    def _received(self, chunk: _Chunk) -> Iterator[tuple[ScanSource, ScanResult]]:
        if chunk.future is None:
            for source in chunk.sources:
                yield source, scan_source(source, self._rules)
            return
        try:
            results = chunk.future.result()
        except BrokenProcessPool:
            # One file stopped the process, and nobody knows which.
            self._stop()
            results = list(self._one_by_one(chunk))
        yield from zip(chunk.sources, results, strict=True)

    def _one_by_one(self, chunk: _Chunk) -> Iterator[ScanResult]:
        """Find the file that no process survives; where no process lives at all, read here."""
        pool: ProcessPoolExecutor | None = None
        try:
            for source, task in zip(chunk.sources, chunk.tasks, strict=True):
                try:
                    if self._lives and pool is None:
                        pool = self._new_pool(1)
                        pool.submit(_answer).result()
                except BrokenProcessPool:
                    self._lives, pool = False, None
                if pool is None:
                    yield scan_source(source, self._rules)
                    continue
                try:
                    yield pool.submit(_scan_tasks, [task]).result()[0]
                except BrokenProcessPool:
                    pool = None
                    path = shown_name(task.path, self._rules)
                    lost = Unreadable("MN504", Place(path, part=task.part), "crash")
                    yield ScanResult(path, (), (lost,), len(task.data))
        finally:
            if pool is not None:
                pool.shutdown()

    def _send(self, tasks: list[_Task]) -> Future[list[ScanResult]] | None:
        """Give tasks to a process; None if they are to be done here."""
        if not self._lives:
            return None
        try:
            if self._pool is None:
                self._pool = self._new_pool(self._jobs)
            return self._pool.submit(_scan_tasks, tasks)
        except BrokenProcessPool:  # by a chunk before, which will tell
            self._stop()
            return None

    def _new_pool(self, jobs: int) -> ProcessPoolExecutor:
        context = get_context("spawn")  # the same on every system
        return ProcessPoolExecutor(jobs, context, initializer=_prepare, initargs=(self._rules,))

    def _stop(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None


_RULES: list[ScanRules] = []
"""Of this process, if it is one of several."""


def _prepare(rules: ScanRules) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process ends the others
    _RULES[:] = [rules]


def _answer() -> None:
    """Show that the process lives."""


def _scan_tasks(tasks: list[_Task]) -> list[ScanResult]:
    return [scan_source(_source(task), _RULES[0]) for task in tasks]


def _source(task: _Task) -> ScanSource:
    data = task.data
    return ScanSource(
        task.path,
        task.part,
        size=len(data),
        open=lambda: io.BytesIO(data),
        named=task.named,
    )
