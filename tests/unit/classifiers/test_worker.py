"""A classifier that raises, hangs or returns nonsense costs its own text, and nothing else."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Sequence

import pytest
import structlog

from bot.classifiers import constant
from bot.classifiers.worker import MOST_ABANDONED, ClassifierWorker
from bot.domain.labels import Classification, Label, unread
from bot.ports import Classifier, Text

READ = Classification((Label.PRAISE,), {Label.PRAISE: 0.9}, "fr", classifier="scripted")
Answer = Callable[[Sequence[Text]], object]
Opened = Callable[..., ClassifierWorker]


class Scripted:
    """Reads everything as praise, except that poison gets what the test says."""

    name = "scripted"

    def __init__(self, poisoned: Answer = lambda texts: [READ for _ in texts]) -> None:
        self._poisoned = poisoned
        self.batches: list[int] = []
        self.started = threading.Event()
        self.threads: set[str] = set()

    def classify(self, texts: Sequence[Text]) -> list[Classification]:
        self.batches.append(len(texts))
        self.started.set()
        self.threads.add(threading.current_thread().name)
        if any(text.text == "poison" for text in texts):
            return self._poisoned(texts)  # type: ignore[return-value]
        return [READ for _ in texts]


class Hanging(Scripted):
    """Never comes back from poison until it is released."""

    def __init__(self) -> None:
        super().__init__(self._hang)
        self.released = threading.Event()

    def _hang(self, texts: Sequence[Text]) -> object:
        self.released.wait()
        return [READ for _ in texts]


@pytest.fixture
async def opened() -> AsyncIterator[Opened]:
    """Opens workers, and closes them however the test ends."""
    workers: list[ClassifierWorker] = []

    def open_worker(
        classifier: Classifier, *, deadline_s: float = 10.0, max_batch: int = 32
    ) -> ClassifierWorker:
        workers.append(ClassifierWorker(classifier, deadline_s=deadline_s, max_batch=max_batch))
        return workers[-1]

    yield open_worker
    for worker in workers:
        await worker.close()


@pytest.fixture
async def hanging() -> AsyncIterator[Hanging]:
    classifier = Hanging()
    yield classifier
    classifier.released.set()
    await asyncio.to_thread(wait_for_threads)


def wait_for_threads() -> None:
    for thread in threading.enumerate():
        if thread.name == "classifier":
            thread.join(5)


def raising(error: BaseException) -> Answer:
    def answer(_: Sequence[Text]) -> object:
        raise error

    return answer


def texts(*words: str) -> list[Text]:
    return [Text(word, "fr") for word in words]


async def test_each_text_is_read_in_order_off_the_event_loop(opened: Opened) -> None:
    worker = opened(constant.build(constant.Options()))
    found = await worker.read([Text("a", "fr"), Text("b"), Text("c", "es")])
    assert [classification.language for classification in found] == ["fr", "en", "es"]


async def test_many_texts_are_read_in_batches_by_one_thread(opened: Opened) -> None:
    classifier = Scripted()
    worker = opened(classifier, max_batch=32)
    assert await worker.read(texts(*"x" * 70)) == [READ] * 70
    assert classifier.batches == [32, 32, 6]
    assert classifier.threads == {"classifier"}


async def test_no_texts_need_no_thread(opened: Opened) -> None:
    worker = opened(Scripted())
    assert await worker.read([]) == []
    assert not alive()


NONSENSE: dict[str, Answer] = {
    "raises": raising(ValueError("bad")),
    "asks to exit": raising(SystemExit(1)),
    "raises what a deadline raises": raising(TimeoutError()),
    "returns nothing": lambda _: None,
    "returns too few": lambda _: [],
    "returns too many": lambda texts: [READ] * (len(texts) + 1),
    "returns words": lambda texts: ["praise" for _ in texts],
    "is not a number": lambda _: [Classification((Label.PRAISE,), {Label.PRAISE: float("nan")})],
}


@pytest.mark.parametrize("poisoned", NONSENSE.values(), ids=NONSENSE.keys())
async def test_only_the_poison_goes_unread(poisoned: Answer, opened: Opened) -> None:
    worker = opened(Scripted(poisoned))
    assert await worker.read(texts("a", "poison", "b")) == [READ, unread("fr"), READ]
    assert await worker.read(texts("c")) == [READ]


async def test_a_text_that_hangs_goes_unread_and_the_next_ones_go_on(
    hanging: Hanging, opened: Opened
) -> None:
    worker = opened(hanging, deadline_s=0.5)
    assert await worker.read(texts("poison")) == [unread("fr")]
    assert await worker.read(texts("a")) == [READ]


async def test_who_waits_behind_a_text_that_hangs_is_read_all_the_same(
    hanging: Hanging, opened: Opened
) -> None:
    worker = opened(hanging, deadline_s=0.5)
    first, second = await asyncio.gather(worker.read(texts("poison")), worker.read(texts("a")))
    assert (first, second) == ([unread("fr")], [READ])


async def test_one_that_always_hangs_does_not_pile_up_threads(hanging: Hanging, opened: Opened) -> None:
    worker = opened(hanging, deadline_s=0.3)
    for _ in range(MOST_ABANDONED + 3):
        assert await worker.read(texts("poison")) == [unread("fr")]
    assert len(alive()) == MOST_ABANDONED
    hanging.released.set()
    await asyncio.to_thread(wait_for_threads)
    assert await worker.read(texts("a")) == [READ]


async def test_a_reader_that_gives_up_leaves_the_worker_whole(hanging: Hanging, opened: Opened) -> None:
    worker = opened(hanging, deadline_s=60)
    reader = asyncio.create_task(worker.read(texts("poison")))
    await asyncio.to_thread(hanging.started.wait, 5)
    reader.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reader
    assert await worker.read(texts("a")) == [READ]


async def test_no_thread_is_left_after_close(opened: Opened) -> None:
    worker = opened(Scripted())
    await worker.read(texts("a"))
    assert alive()
    await worker.close()
    assert not alive()
    await worker.close()


async def test_what_is_logged_never_holds_the_text(opened: Opened) -> None:
    worker = opened(Scripted(raising(ValueError("poison is secret"))))
    with structlog.testing.capture_logs() as logged:
        await worker.read(texts("poison"))
    assert [entry["event"] for entry in logged] == ["classifier.failed"]
    assert "poison" not in str(logged)


def alive() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "classifier"]
