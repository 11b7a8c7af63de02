"""Runs a classifier off the event loop, and keeps its faults from everybody else."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from queue import SimpleQueue

import structlog

from bot.domain.labels import Classification, unread
from bot.ports import Classifier, Text

log = structlog.get_logger()

Answer = list[Classification]
MOST_ABANDONED = 4  # threads that may hang at once; from then on a person reads until one comes back


class ClassifierWorker:
    """Reads texts in the background, one batch at a time, each with a deadline."""

    def __init__(self, classifier: Classifier, *, deadline_s: float = 10.0, max_batch: int = 32) -> None:
        self._classifier = classifier
        self._deadline_s = deadline_s
        self._max_batch = max_batch
        self._turn = asyncio.Lock()
        self._thread: _Thread | None = None
        self._abandoned: list[_Thread] = []

    async def read(self, texts: Sequence[Text]) -> list[Classification]:
        """One classification for each text, in order; never raises.

        A text that the classifier fails on, or does not read within the deadline, comes back
        unread and unsure: a person has to look at it.
        """
        answer: Answer = []
        for start in range(0, len(texts), self._max_batch):
            answer += await self._read_batch(texts[start : start + self._max_batch])
        return answer

    async def close(self) -> None:
        """Stop. A thread that hangs in the classifier cannot be stopped; it ends with the process."""
        async with self._turn:
            if self._thread is not None:
                self._thread.stop()
                await asyncio.to_thread(self._thread.join, self._deadline_s)
                self._thread = None

    async def _read_batch(self, texts: Sequence[Text]) -> Answer:
        try:
            return await self._attempt(texts)
        except TimeoutError:
            log.warning("classifier.hung", texts=len(texts), deadline_s=self._deadline_s)
        except ClassifierError as failure:
            log.warning("classifier.failed", texts=len(texts), error=failure.kind)
            if len(texts) > 1:  # so that only the text it fails on goes unread
                return [found for text in texts for found in await self._read_batch([text])]
        return [unread(text.context_language) if text.context_language else unread() for text in texts]

    async def _attempt(self, texts: Sequence[Text]) -> Answer:
        async with self._turn:
            thread = self._running()
            done = thread.submit(texts)
            try:
                async with asyncio.timeout(self._deadline_s):
                    return await done
            except (TimeoutError, asyncio.CancelledError):
                self._abandon(thread)
                raise

    def _running(self) -> _Thread:
        self._abandoned = [thread for thread in self._abandoned if thread.is_alive()]
        if len(self._abandoned) >= MOST_ABANDONED:
            raise TimeoutError
        if self._thread is None:
            self._thread = _Thread(self._classifier)
            self._thread.start()
        return self._thread

    def _abandon(self, thread: _Thread) -> None:
        thread.stop()
        self._abandoned.append(thread)
        self._thread = None


class ClassifierError(Exception):
    """The classifier raised, or what it returned is no answer. Never leaves the worker."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        super().__init__(kind)


@dataclass(frozen=True, slots=True)
class _Job:
    texts: Sequence[Text]
    done: asyncio.Future[Answer]
    loop: asyncio.AbstractEventLoop


class _Thread(threading.Thread):
    """Classifies what is submitted, until stopped. A daemon: a hung classifier must not hold the process."""

    def __init__(self, classifier: Classifier) -> None:
        super().__init__(name="classifier", daemon=True)
        self._classifier = classifier
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()

    def submit(self, texts: Sequence[Text]) -> asyncio.Future[Answer]:
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Answer] = loop.create_future()
        self._jobs.put(_Job(texts, done, loop))
        return done

    def stop(self) -> None:
        """End after the job in hand."""
        self._jobs.put(None)

    def run(self) -> None:
        while (job := self._jobs.get()) is not None:
            answer = _classify(self._classifier, job.texts)
            try:
                job.loop.call_soon_threadsafe(_settle, job.done, answer)
            except RuntimeError:  # the loop closed while an abandoned thread was busy
                return


def _classify(classifier: Classifier, texts: Sequence[Text]) -> Answer | ClassifierError:
    try:
        answer = classifier.classify(texts)
        sound = isinstance(answer, list) and len(answer) == len(texts)
        if sound and all(isinstance(found, Classification) for found in answer):
            return answer
    except BaseException as error:  # noqa: BLE001 - a plug-in's SystemExit must not end the thread either
        return ClassifierError(type(error).__name__)
    return ClassifierError("nonsense")


def _settle(done: asyncio.Future[Answer], answer: Answer | ClassifierError) -> None:
    if done.cancelled():
        return
    if isinstance(answer, ClassifierError):
        done.set_exception(answer)
    else:
        done.set_result(answer)
