"""``inbox``, ``show`` and ``decide``: the desk of whoever prefers a terminal."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text
from sqlalchemy import Connection, select

from bot import wiring
from bot.cli.common import (
    ConfigOption,
    DataDirOption,
    JsonOption,
    YesOption,
    load_settings,
    out,
    print_json,
)
from bot.cli.instance import Instance, running
from bot.domain.durations import parse_duration, spell_duration
from bot.domain.people import Person, Role
from bot.domain.reviews import Decision, Shown, Verdict
from bot.errors import InputError, UnknownMention
from bot.ledger.queries.inbox import Item, Tab, page
from bot.ledger.queries.mention import Mention, ShownEvent, find
from bot.ledger.schema import mentions
from bot.ledger.store import reading
from bot.settings import Settings

MentionArgument = Annotated[str, typer.Argument(help="The mention's id, or its last characters.")]
SHORT = 6  # the last characters of an id, enough to name it


def inbox(
    tab: Annotated[Tab, typer.Option(help="Which mentions.")] = Tab.WAITING,
    most: Annotated[int, typer.Option(help="How many at most.")] = 20,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what waits, the most urgent first.

    Example: answerable inbox --tab escalated
    """
    settings = load_settings(config, data_dir)
    with opened(settings) as connection:
        items = page(connection, tab, most).items
    if as_json:
        print_json([_figures(item) for item in items])
        return
    table = Table("Id", "Who", "Comment", "Labels", "Draft", "Due in")
    for item in items:
        labels = "+".join(item.labels) + (" ?" if item.unsure else "")
        due = _span(item.due_at - datetime.now(UTC)) if item.due_at else "–"
        table.add_row(
            item.id[-SHORT:], Text(item.author), Text(_cut(item.text)), labels, Text(_cut(item.draft)), due
        )
    out.print(table if items else "Nothing there.")


def show(
    mention: MentionArgument,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one mention: what was said, what the classifier thinks, the draft, and its history.

    Example: answerable show 4f7k2m
    """
    settings = load_settings(config, data_dir)
    with opened(settings) as connection:
        found = _found(connection, mention)
    if as_json:
        print_json(
            _figures(found.item) | {"text": found.text, "history": [_event(line) for line in found.events]}
        )
    else:
        _print(found)


def decide(
    mention: MentionArgument,
    verdict: Annotated[Verdict, typer.Argument(help="What you decide.")],
    text: Annotated[str | None, typer.Option(help="Your own words instead of the draft's.")] = None,
    reason: Annotated[str, typer.Option(help="Why; needed to dismiss and to resolve.")] = "",
    snooze_for: Annotated[str, typer.Option("--for", help="How long to snooze: 30m, 2h, 1d.")] = "1h",
    person: Annotated[str, typer.Option("--as", help="Who decides. Default: the first owner.")] = "",
    yes: YesOption = False,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Decide on a mention as it is shown now; it asks before it does, unless --yes.

    Exit code 4 when the decision is refused: it came too late, or the conversation moved on.

    Example: answerable decide 4f7k2m approve --text "Merci, c’est noté !"
    """
    settings = load_settings(config, data_dir)
    with opened(settings) as connection:
        found = _found(connection, mention)
    if not yes:
        _print(found)
        typer.confirm(f"{verdict.replace('_', ' ').capitalize()}?", abort=True)
    until = datetime.now(UTC) + _duration(snooze_for) if verdict is Verdict.SNOOZE else None
    wanted = _Wanted(found, verdict, text, reason, until, person)
    state = (
        wanted.tell(instance)
        if (instance := running(settings.data_dir))
        else asyncio.run(wanted.apply(settings))
    )
    if as_json:
        print_json({"id": found.item.id, "state": state})
    else:
        out.print(f"The mention is {state.replace('_', ' ')} now.")


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
        answer = instance.post(
            "/api/decisions",
            {
                "mention_id": self.found.item.id,
                "verdict": self.verdict,
                "draft_revision": self.found.item.draft_revision,
                "conversation_version": self.found.conversation_version,
                "text": self.text,
                "reason": self.reason,
                "until": self.until.isoformat() if self.until else None,
                "person": self.person or None,
            },
        )
        return str(answer["state"])

    async def apply(self, settings: Settings) -> str:
        """Apply it here; the reply leaves when the service runs."""
        app = await wiring.build(settings)
        try:
            person = decider(app.people, self.person)
            shown = Shown(self.found.item.draft_revision, self.found.conversation_version)
            return await app.review.decide(
                Decision(self.found.item.id, self.verdict, person, shown, self.text, self.reason, self.until)
            )
        finally:
            await app.stop()


def decider(people: Mapping[str, Person], name: str) -> Person:
    """The named person; without a name, the first owner. Raises InputError."""
    if name and name not in people:
        raise InputError(f"There is nobody called {name}.", f"There are: {', '.join(people)}.")
    owners = [person for person in people.values() if person.role is Role.OWNER]
    return people[name] if name else (owners or list(people.values()))[0]


def opened(settings: Settings) -> AbstractContextManager[Connection]:
    """The ledger, for reading beside whoever writes it. Raises InputError when there is none yet."""
    if not settings.ledger_file.exists():
        raise InputError(
            f"There is no ledger at {settings.ledger_file}.",
            "Name its folder with --data-dir, or start with `answerable run` or `answerable import`.",
        )
    return reading(settings.ledger_file)


def _found(connection: Connection, ending: str) -> Mention:
    """The mention whose id ends so. Raises UnknownMention when there is none, or several."""
    query = select(mentions.c.id).where(mentions.c.id.endswith(ending, autoescape=True)).limit(2)
    ids = list(connection.execute(query).scalars())
    found = find(connection, ids[0]) if len(ids) == 1 else None
    if found is None:
        problem = f"Several mentions end in {ending}." if ids else f"There is no mention {ending}."
        raise UnknownMention(problem, "Take the id from `answerable inbox`.")
    return found


def _duration(written: str) -> timedelta:
    try:
        return parse_duration(written)
    except ValueError as error:
        raise InputError(f"--for {written}: {error}.", "Write 30m, 2h or 1d.") from None


def _print(found: Mention) -> None:
    item = found.item
    out.print(Text.assemble((item.author, "bold"), f"  {item.space_name}  {item.sent_at:%Y-%m-%d %H:%M} UTC"))
    out.print(Text(found.text or "(deleted by its author)"))
    if found.classification:
        certainty = "hesitates" if item.unsure else "sure"
        out.print(Text(f"\n{' + '.join(item.labels)} ({certainty}), language {item.language}", "dim"))
    if found.draft:
        out.print(Text(f"\nDraft {found.draft.revision}:", "bold"))
        out.print(Text(found.draft.text or "(nothing to suggest: write it yourself)"))
    out.print()
    for line in found.events:
        out.print(Text(f"{line.event.at:%H:%M:%S}  {_words(line)}", "dim"))


def _words(line: ShownEvent) -> str:
    who = line.name or line.event.actor.kind
    because = f": {line.event.reason}" if line.event.reason else ""
    return f"{line.event.kind.replace('_', ' ')} by {who}{because}"


def _event(line: ShownEvent) -> dict[str, object]:
    event = line.event
    return {
        "at": event.at.isoformat(),
        "kind": event.kind,
        "by": event.actor.kind,
        "name": line.name,
        "reason": event.reason,
    }


def _figures(item: Item) -> dict[str, object]:
    return {
        "id": item.id,
        "state": item.state,
        "author": item.author,
        "space": item.space_name,
        "text": item.text,
        "labels": list(item.labels),
        "unsure": item.unsure,
        "language": item.language,
        "draft": item.draft,
        "draft_revision": item.draft_revision,
        "received_at": item.received_at.isoformat(),
        "due_at": item.due_at.isoformat() if item.due_at else None,
    }


def _span(left: timedelta) -> str:
    rounded = timedelta(minutes=round(abs(left).total_seconds() / 60))
    return spell_duration(rounded) if left > timedelta(0) else f"late by {spell_duration(rounded)}"


def _cut(text: str, width: int = 60) -> str:
    line = " ".join(text.split())
    return line if len(line) <= width else line[: width - 1] + "…"
