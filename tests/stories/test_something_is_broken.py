"""A classifier, a platform or a machine gives out: people are asked, the others go on, nothing is lost."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from adapters.loopback.journal import read
from bot.domain.lifecycle import State
from bot.domain.replies import DeliveryState
from bot.domain.reviews import Verdict
from bot.ledger.schema import deliveries, mentions
from bot.ledger.store import reading
from bot.settings import RawSection
from tests.stories import odd_classifiers
from tests.stories.command_line import started
from tests.stories.town import town

TWO_PLATFORMS = {"lounge": RawSection("loopback"), "square": RawSection("loopback")}


@pytest.fixture
def foreign_classifiers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Another package is installed that brings the odd ones."""
    package = tmp_path / "site" / "odd-1.0.dist-info"
    package.mkdir(parents=True)
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: odd\nVersion: 1.0\n")
    names = [f"{name} = {odd_classifiers.__name__}:{name}" for name in ("raising", "hanging", "nonsensical")]
    (package / "entry_points.txt").write_text("\n".join(["[answerable.classifiers]", *names]))
    monkeypatch.syspath_prepend(package.parent)
    odd_classifiers.let_go.clear()
    yield
    odd_classifiers.let_go.set()


@pytest.mark.parametrize("kind", ["raising", "hanging", "nonsensical"])
@pytest.mark.usefixtures("foreign_classifiers")
async def test_when_the_classifier_gives_out_a_person_is_asked(tmp_path: Path, kind: str) -> None:
    async with town(tmp_path / "data", classifier=RawSection(kind)) as here:
        spot = await here.says("nadia", "Open on Monday?")

        card = await here.card(spot)
        assert card.item.state is State.IN_REVIEW
        assert card.item.unsure
        await here.decides(card, Verdict.APPROVE, text="From nine!")
        await here.passes(timedelta(seconds=15))
        assert here.answers(spot) == ["From nine!"]


async def test_one_platform_is_down_the_other_goes_on_and_readiness_says_so(tmp_path: Path) -> None:
    async with town(tmp_path, accounts=TWO_PLATFORMS) as here:
        lost = await here.says("nadia", "One?", at="lounge")
        await here.decides(await here.card(lost), Verdict.APPROVE)
        here.world("lounge").reachable = False
        found = await here.says("oscar", "Two?", at="square")
        await here.decides(await here.card(found), Verdict.APPROVE)
        await here.passes(timedelta(seconds=15))

        assert len(here.answers(found, at="square")) == 1
        assert await here.state(lost) is State.APPROVED
        assert here.answers(lost) == []

        here.world("lounge").reachable = True
        await here.passes(timedelta(seconds=1))
        await here.until_it_stands(lost, State.ANSWERED)


async def test_an_account_that_cannot_connect_says_so_and_comes_back_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with town(tmp_path, accounts=TWO_PLATFORMS) as here:
        await here.app.service.supervisor.end(["account lounge"])
        here.world("lounge").reachable = False
        account = here.account("lounge")
        here.app.service.supervisor.start("account lounge", lambda: account.adapter.run(account.intake))

        down = await here.until_part("account lounge", "down")
        assert down["problem"] == "the platform cannot be reached"
        assert (await here.app.service.ready())["ok"] is False
        await here.says("oscar", "Two?", at="square")

        here.world("lounge").reachable = True
        here.clock.advance(timedelta(seconds=1))
        await here.until_part("account lounge", "up")
        await here.says("nadia", "One?", at="lounge")
        assert (await here.app.service.ready())["ok"] is True


# --- told to stop while much is going on -----------------------------------------------------------

CROWD = """
rooms:
  salon: {name: "#salon"}
members:
%s
lines:
%s
"""
CONFIGURATION = """
accounts:
  crowd: {kind: loopback, script: crowd.yaml, pace: full, live: false, repeat: %d, journal: platform.jsonl}
classifier: {kind: constant, label: praise}
policy: {trusted_templates: [%s]}
console: {port: 0}
"""
MEMBERS, ROUNDS = 50, 60
STOPPED_IN_S = 12.0


def test_told_to_stop_under_load_it_is_gone_in_time_with_nothing_in_doubt_and_goes_on_later(
    tmp_path: Path,
) -> None:
    config, data = _a_crowd(tmp_path)
    with started("run", "--config", config, "--data-dir", data) as service:
        service.wait_until(lambda: (data / "platform.jsonl").exists() and read(data / "platform.jsonl"))
        began = time.monotonic()
        assert service.end(signal.SIGTERM) == 0
        took = time.monotonic() - began
    assert took < STOPPED_IN_S
    assert len(read(data / "platform.jsonl")) < MEMBERS * ROUNDS  # it was in the middle of it
    with reading(data / "answerable.db") as connection:
        unsettled = [DeliveryState.SENDING, DeliveryState.UNKNOWN]
        in_doubt = select(func.count()).select_from(deliveries).where(deliveries.c.state.in_(unsettled))
        assert connection.execute(in_doubt).scalar() == 0

    with started("run", "--config", config, "--data-dir", data) as service:
        service.wait_until(lambda: len(read(data / "platform.jsonl")) == MEMBERS * ROUNDS)
        assert service.end(signal.SIGTERM) == 0
    with reading(data / "answerable.db") as connection:
        counted = select(mentions.c.state, func.count().label("n")).group_by(mentions.c.state)
        states = {row.state: row.n for row in connection.execute(counted)}
    answered = [said.place.message_id for said in read(data / "platform.jsonl")]
    assert states == {State.ANSWERED: MEMBERS * ROUNDS}
    assert len(answered) == len(set(answered))


def _a_crowd(folder: Path) -> tuple[Path, Path]:
    data = folder / "data"
    data.mkdir()
    members = "\n".join(f"  m{n}: {{name: Member {n}}}" for n in range(MEMBERS))
    lines = "\n".join(
        json.dumps({"id": f"l{n}", "by": f"m{n}", "room": "salon", "say": f"I like lamp {n}"})
        for n in range(MEMBERS)
    )
    (data / "crowd.yaml").write_text(
        CROWD % (members, "\n".join(f"  - {line}" for line in lines.split("\n")))
    )
    templates = Path(__file__).parents[2] / "responders" / "templates" / "en" / "praise"
    config = folder / "answerable.yaml"
    trusted = ", ".join(f"en/praise/{path.stem}" for path in templates.glob("*.j2"))
    config.write_text(CONFIGURATION % (ROUNDS, trusted))
    return config, data
