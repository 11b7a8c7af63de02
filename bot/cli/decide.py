"""``answerable decide``: one decision, through the running instance or without one."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from bot import wiring
from bot.cli.common import ConfigOption, DataDirOption, JsonOption, err, load_settings, out, print_json, say
from bot.cli.desk import MentionArgument
from bot.cli.instance import Instance, running
from bot.cli.ledger import mention_ending, opened
from bot.cli.showing import SHORT, lines, words
from bot.domain.durations import parse_duration, spell_duration
from bot.domain.lifecycle import State
from bot.domain.mention import tidy
from bot.domain.people import Person
from bot.domain.reviews import Decision, Shown, Verdict
from bot.errors import InputError, Refused
from bot.ledger.queries.mention import Mention
from bot.settings import Settings
from bot.wiring import EXPORTS, App

VERDICTS = ", ".join(Verdict)


def decide(
    mention: MentionArgument,
    verdict: Annotated[str, typer.Argument(metavar="VERDICT", help=f"One of: {VERDICTS}.")],
    text: Annotated[str | None, typer.Option(help="Your own words instead of the suggested ones.")] = None,
    reason: Annotated[str, typer.Option(help="Why; needed to dismiss and to resolve.")] = "",
    snooze_for: Annotated[str, typer.Option("--for", help="How long to snooze: 30m, 2h, 1d.")] = "1h",
    person: Annotated[str, typer.Option("--as", help="Who decides. Default: the first owner.")] = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")] = False,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Decide on a mention as it is shown now; it asks before it does, unless --yes.

    A decision counts for what was shown. When the conversation moved on meanwhile, it is refused.

    Example: answerable decide 4f7k2m approve
    Example: answerable decide 4f7k2m approve --text "Merci, c’est noté !" --yes
    Example: answerable decide 4f7k2m dismiss --reason spam --as Camille
    """
    decision = _verdict(verdict)
    settings = load_settings(config, data_dir)
    until = datetime.now(UTC) + _duration(snooze_for) if decision is Verdict.SNOOZE else None
    with opened(settings) as connection:
        found = mention_ending(connection, mention)
    if not yes:
        for line in lines(found, datetime.now(UTC)):
            (err if as_json else out).print(line)
        typer.confirm(_question(decision, text), abort=True, err=as_json)
    wanted = _Wanted(found, decision, None if text is None else tidy(text), tidy(reason), until, person)
    instance = running(settings.data_dir)
    state = wanted.tell(instance) if instance else asyncio.run(wanted.apply(settings))
    if as_json:
        print_json({"id": found.item.id, "state": state})
        return
    with opened(settings) as connection:
        after = mention_ending(connection, found.item.id)
    say(what_came_of_it(after, decision, datetime.now(UTC), somebody_runs=instance is not None))


def what_came_of_it(found: Mention, verdict: Verdict, now: datetime, *, somebody_runs: bool) -> str:
    """Where the mention stands after the decision, and what happens next."""
    item = found.item
    if item.state is State.APPROVED and item.leaves_at:
        return _on_its_way(item.id[-SHORT:], item.account, item.leaves_at, now, somebody_runs=somebody_runs)
    if verdict is Verdict.SNOOZE and item.snoozed_until:
        return f"Snoozed: it comes back at {item.snoozed_until:%Y-%m-%d %H:%M} UTC."
    if verdict is Verdict.ANOTHER:
        return (
            "Another reply is being written: `answerable show` has it in a moment."
            if somebody_runs
            else "Nobody runs now: the next `answerable run` writes another reply."
        )
    return f"The mention is {words(item.state)} now."


def _on_its_way(short: str, account: str, leaves_at: datetime, now: datetime, *, somebody_runs: bool) -> str:
    undo = f"Until then `answerable decide {short} undo` takes it back."
    if somebody_runs:
        wait = spell_duration(timedelta(seconds=max(0, round((leaves_at - now).total_seconds()))))
        return f"Approved: the reply leaves in {wait}. {undo}"
    way_out = "`answerable run` or `answerable export`" if account == EXPORTS else "`answerable run`"
    return (
        f"Approved. Nobody runs now: the reply leaves with the next {way_out}"
        f" after {leaves_at:%H:%M:%S} UTC. {undo}"
    )


def _question(verdict: Verdict, text: str | None) -> str:
    asked = words(verdict).capitalize()
    return f"{asked} with your words?" if text is not None else f"{asked}?"


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A decision for the draft and the conversation that the person saw."""

    found: Mention
    verdict: Verdict
    text: str | None
    reason: str
    until: datetime | None
    person: str

    def tell(self, instance: Instance) -> str:
        """Have the running instance apply it."""
        body = {
            "mention_id": self.found.item.id,
            "verdict": self.verdict,
            "draft_revision": self.found.item.draft_revision,
            "conversation_version": self.found.conversation_version,
            "text": self.text,
            "reason": self.reason,
            "until": self.until.isoformat() if self.until else None,
            "person": self.person,
        }
        return str(instance.post("/api/decisions", body)["state"])

    async def apply(self, settings: Settings) -> str:
        """Apply it here, where nothing runs."""
        app = await wiring.build(settings)
        try:
            return await app.review.decide(self._decision(app))
        finally:
            await app.stop()

    def _decision(self, app: App) -> Decision:
        person = named(app.people, self.person) if self.person else app.owner
        shown = Shown(self.found.item.draft_revision, self.found.conversation_version)
        return Decision(self.found.item.id, self.verdict, person, shown, self.text, self.reason, self.until)


def named(people: Mapping[str, Person], name: str) -> Person:
    """The person of this name. Raises Refused."""
    if name not in people:
        raise Refused(f'There is nobody called "{name}".', f"Choose one of: {', '.join(sorted(people))}.")
    return people[name]


def _verdict(written: str) -> Verdict:
    """Raises InputError."""
    try:
        return Verdict(written.replace("-", "_"))
    except ValueError:
        raise InputError(f'There is no verdict "{written}".', f"Choose one of: {VERDICTS}.") from None


def _duration(written: str) -> timedelta:
    try:
        return parse_duration(written)
    except ValueError as error:
        raise InputError(f"--for {written} {error}.", "For example: --for 2h.") from None
