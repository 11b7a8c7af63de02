"""What every adapter promises, over its own stand-in. A new adapter is found by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

import adapters
from bot.domain.mention import Incoming, Place, Post
from bot.domain.replies import NotSent, Outgoing, Rejected, Resolution, Sent, Unknown, resolution
from bot.errors import ConfigError
from bot.ports import Adapter
from tests.contract.stand_ins import StandIn, Trouble, variants

VARIANTS = variants()

HOSTILE = [
    "{{ brand }} {% raw %} [Name] {0} %s $HOME",
    "<!channel> @everyone <@U024BE7LH> <script>alert(1)</script> &amp; *bold* _it_ `code`",
    "מזל טוב \u202egnirts siht\u202c et à gauche",
    "zero\u200bwidth\ufeff and e\u0301 (not é)",
    "👩‍👩‍👧‍👦🏳️‍🌈",
    "  deux lignes\n\n\tet un bord  ",
]


@pytest.fixture(params=VARIANTS)
def stand_in(request: pytest.FixtureRequest, tmp_path: Path) -> StandIn:
    return VARIANTS[request.param](tmp_path)


@pytest.fixture
def listening(stand_in: StandIn) -> StandIn:
    if not stand_in.listens:
        pytest.skip("nothing is said on this platform while the adapter runs")
    return stand_in


@pytest.fixture
def sending(stand_in: StandIn) -> StandIn:
    if not stand_in.adapter.capabilities.sends:
        pytest.skip("this platform declares that nothing is sent there")
    return stand_in


def troubled(stand_in: StandIn, trouble: Trouble) -> StandIn:
    if trouble not in stand_in.troubles:
        pytest.skip(f"on this platform it cannot be that {trouble}")
    stand_in.next_send_meets(trouble)
    return stand_in


class Keeping:
    """An intake that keeps posts and cursor together, or raises and keeps neither, as it is told."""

    def __init__(self, *raises: bool) -> None:
        self.kept: list[Incoming] = []
        self._cursor = ""
        self._raises = iter(raises)
        self._news = asyncio.Event()

    @property
    def texts(self) -> list[str]:
        return [post.text for post in self.kept if isinstance(post, Post)]

    async def __call__(self, incoming: Sequence[Incoming], cursor: str = "") -> None:
        if next(self._raises, False):
            raise OSError("the disk is full")
        self.kept.extend(incoming)
        self._cursor = cursor or self._cursor
        self._news.set()

    async def cursor(self) -> str:
        return self._cursor

    async def until(self, count: int) -> None:
        while len(self.kept) < count:
            self._news.clear()
            await self._news.wait()


async def supervise(adapter: Adapter, intake: Keeping) -> None:
    """What the service does, without the pause: run again what raised."""
    while True:
        try:
            return await adapter.run(intake)
        except OSError:
            await asyncio.sleep(0)


async def receive(adapter: Adapter, intake: Keeping, count: int) -> None:
    running = asyncio.create_task(supervise(adapter, intake))
    try:
        await asyncio.wait_for(intake.until(count), 5)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def outgoing(text: str = "Merci Nadia !", delivery_id: str = "d1") -> Outgoing:
    return Outgoing(delivery_id, Place("salon", "s1"), text)


# That it is there and can be configured.


@pytest.mark.parametrize("kind", adapters.kinds())
def test_every_adapter_has_a_stand_in(kind: str) -> None:
    assert any(name.startswith(f"{kind}-") for name in VARIANTS), (
        f"The adapter “{kind}” has no stand-in: write tests/contract/stand_ins/{kind}.py with VARIANTS, "
        "a dictionary from the name of each way to set it up to a function (folder: Path) -> StandIn."
    )


@pytest.mark.parametrize("kind", adapters.kinds())
def test_an_unknown_option_is_refused_and_known_ones_stay(kind: str) -> None:
    options = adapters.load(kind).Options
    assert issubclass(options, BaseModel)
    assert options.model_config.get("frozen")
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        options.model_validate({"surely_no_option": 1})


def test_an_unknown_kind_is_told_the_nearest_name() -> None:
    with pytest.raises(ConfigError, match=r'no platform "lopback"\. Did you mean "loopback"\?'):
        adapters.load("lopback")


# Receiving.


@pytest.mark.parametrize("text", HOSTILE)
async def test_what_people_write_arrives_as_they_wrote_it(listening: StandIn, text: str) -> None:
    intake = Keeping()
    listening.someone_says(text)
    await receive(listening.adapter, intake, 1)
    assert intake.texts == [text]


async def test_what_could_not_be_kept_is_handed_in_again(listening: StandIn) -> None:
    intake = Keeping(True, True)
    listening.someone_says("Bonjour ?")
    await receive(listening.adapter, intake, 1)
    assert intake.texts == ["Bonjour ?"]


async def test_nothing_is_lost_when_the_intake_fails_now_and_then(listening: StandIn) -> None:
    intake, said = Keeping(False, True, True, False, True), [f"comment {n}" for n in range(20)]
    running = asyncio.create_task(supervise(listening.adapter, intake))
    for text in said:
        listening.someone_says(text)
        await asyncio.sleep(0)
    await asyncio.wait_for(intake.until(len(said)), 5)
    running.cancel()
    assert list(dict.fromkeys(intake.texts)) == said


async def test_what_was_not_kept_before_a_restart_comes_after_it(listening: StandIn) -> None:
    full, fresh = Keeping(True), Keeping()
    listening.someone_says("Toujours là ?")
    with pytest.raises(OSError, match="disk is full"):
        await asyncio.wait_for(listening.adapter.run(full), 5)
    assert await full.cursor() == ""
    await receive(listening.reconnect(), fresh, 1)
    assert fresh.texts == ["Toujours là ?"]


async def test_bots_are_known_for_what_they_are(listening: StandIn) -> None:
    intake = Keeping()
    listening.someone_says("bip ?")
    listening.a_bot_says("bip")
    await receive(listening.adapter, intake, 2)
    assert [post.author.is_bot for post in intake.kept if isinstance(post, Post)] == [False, True]


# Sending.


@pytest.mark.parametrize("text", HOSTILE)
async def test_what_we_say_is_shown_as_we_wrote_it_and_once(sending: StandIn, text: str) -> None:
    assert isinstance(await sending.adapter.send(outgoing(text)), Sent)
    assert sending.visible("d1") == [text]


@pytest.mark.parametrize("trouble", Trouble)
async def test_an_outcome_never_claims_more_than_is_true(sending: StandIn, trouble: Trouble) -> None:
    outcome = await troubled(sending, trouble).adapter.send(outgoing())
    shown = bool(sending.visible("d1"))
    assert not (isinstance(outcome, Sent) and not shown)
    assert not (isinstance(outcome, NotSent | Rejected) and shown)


@pytest.mark.parametrize(
    ("trouble", "outcomes"),
    [
        (Trouble.LOST, (Unknown,)),
        (Trouble.DROPPED, (Unknown, NotSent)),
        (Trouble.REFUSED, (NotSent,)),
        (Trouble.REJECTED, (Rejected,)),
        (Trouble.UNREACHABLE, (NotSent,)),
    ],
)
async def test_each_trouble_has_its_outcome(
    sending: StandIn, trouble: Trouble, outcomes: tuple[type, ...]
) -> None:
    assert isinstance(await troubled(sending, trouble).adapter.send(outgoing()), outcomes)


async def test_a_platform_that_wants_a_pause_says_how_long(sending: StandIn) -> None:
    outcome = await troubled(sending, Trouble.REFUSED).adapter.send(outgoing())
    assert isinstance(outcome, NotSent)
    assert outcome.retry_after is not None


async def test_too_long_a_text_is_said_whole_or_rejected_never_cut(sending: StandIn) -> None:
    longer = "x" * (sending.adapter.capabilities.max_length + 1)
    outcome = await sending.adapter.send(outgoing(longer))
    assert isinstance(outcome, Sent | Rejected)
    assert sending.visible("d1") == ([longer] if isinstance(outcome, Sent) else [])


@pytest.mark.parametrize("trouble", [Trouble.LOST, Trouble.DROPPED])
async def test_after_a_cut_the_declared_way_out_leaves_one_message_or_none(
    sending: StandIn, trouble: Trouble
) -> None:
    adapter = troubled(sending, trouble).adapter
    await adapter.send(outgoing())
    there = bool(sending.visible("d1"))
    match resolution(adapter.capabilities, timedelta()):
        case Resolution.REPEAT:
            assert isinstance(await adapter.send(outgoing()), Sent)
            there = True
        case Resolution.LOOK_UP:
            assert isinstance(await adapter.look_up(outgoing()), Sent if there else NotSent)
        case Resolution.HOLD:
            assert isinstance(await adapter.look_up(outgoing()), Unknown)
    assert len(sending.visible("d1")) == there


async def test_looking_up_tells_the_same_message_from_another(sending: StandIn) -> None:
    if not sending.adapter.capabilities.can_look_up:
        pytest.skip("this platform cannot be asked")
    sent = await sending.adapter.send(outgoing())
    assert await sending.adapter.look_up(outgoing()) == sent
    assert isinstance(await sending.adapter.look_up(outgoing(delivery_id="d2")), NotSent)


async def test_looking_up_without_a_connection_claims_nothing(sending: StandIn) -> None:
    await sending.adapter.send(outgoing())
    outcome = await troubled(sending, Trouble.UNREACHABLE).adapter.look_up(outgoing())
    assert isinstance(outcome, Unknown)
