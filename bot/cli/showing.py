"""Mentions in a terminal: a line of the inbox, one mention, and both as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from rich.table import Table
from rich.text import Text

from bot.cli.common import one_line
from bot.domain.durations import spell_duration
from bot.domain.lifecycle import State
from bot.domain.mention import printable
from bot.ledger.queries.conversation import Said
from bot.ledger.queries.inbox import Item, Tab
from bot.ledger.queries.mention import Mention, ShownEvent

SHORT = 6  # the last characters of an id, enough to name it
ROOM_FOR_MORE, ROOM_FOR_DRAFTS = 74, 110  # columns of a terminal
GAP = 2  # between columns
BEFORE = 4  # posts of the conversation that are shown before the comment

_FIXED = (("Id", SHORT), ("Due", 9), ("Who", 14), ("Labels", 20))  # columns, and how wide they get at most


def table(items: Sequence[Item], now: datetime, width: int) -> Table:
    """One line for each mention, as wide as the terminal; more columns where there is room."""
    fixed = dict(_FIXED if width >= ROOM_FOR_MORE else _FIXED[:2])
    texts = ["Comment", "Suggested reply"] if width >= ROOM_FOR_DRAFTS else ["Comment"]
    rows = [_cells(item, now, width) for item in items]
    wide = {
        name: min(most, max(len(name), *(row[name].cell_len for row in rows))) for name, most in fixed.items()
    }
    rest = (width - sum(wide.values()) - GAP * (len(fixed) + len(texts) - 1)) // len(texts)
    wide |= dict.fromkeys(texts, max(rest, 16))
    shown = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0), header_style="dim")
    for name, columns in wide.items():
        shown.add_column(name, width=columns, no_wrap=True, overflow="ellipsis")
    for row in rows:
        shown.add_row(*(row[name] for name in wide))
    return shown


def _cells(item: Item, now: datetime, width: int) -> Mapping[str, Text]:
    return {
        "Id": Text(item.id[-SHORT:], "bold"),
        "Due": _due(item.due_at, now),
        "Who": Text(one_line(item.author, 40)),
        "Labels": Text("+".join(item.labels) + (" ?" if item.unsure else "")),
        "Comment": Text(one_line(item.text, width) or "(deleted)"),
        "Suggested reply": Text(one_line(item.draft, width), "dim"),
    }


def footer(counts: Mapping[Tab, int], tab: Tab, shown: int) -> str:
    """How many there are behind each tab, and how to see more."""
    everywhere = " · ".join(f"{words(name)} {count}" for name, count in counts.items())
    more = f"\n{shown} of {counts[tab]} shown; more with --most {counts[tab]}." if shown < counts[tab] else ""
    return everywhere + more


def lines(found: Mention, now: datetime) -> Iterator[Text]:
    """One mention, from top to bottom."""
    item = found.item
    yield Text.assemble((one_line(item.author, 60) or "somebody", "bold"), f"  {_where(item)}")
    yield Text(_standing(found, now), "dim")
    yield Text()
    for said in _before(found):
        yield Text(_said(said), "dim")
    yield Text(printable(found.text) or "(deleted by its author)")
    yield Text()
    yield from _suggestion(found)
    for line in found.events:
        yield Text(f"{line.event.at:%Y-%m-%d %H:%M:%S}  {_happened(line)}", "dim")


def as_json(item: Item) -> dict[str, object]:
    """A line of the inbox for programs; the texts are cut to what a list shows."""
    return {
        "id": item.id,
        "state": item.state,
        "account": item.account,
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


def mention_as_json(found: Mention) -> dict[str, object]:
    """One mention for programs, its texts whole."""
    read = found.classification
    return as_json(found.item) | {
        "text": found.text,
        "scores": dict(read.scores) if read else {},
        "draft": found.draft.text if found.draft else "",
        "conversation_version": found.conversation_version,
        "history": [_event_as_json(line) for line in found.events],
    }


def words(name: str) -> str:
    """A name of the code as people read it."""
    return name.replace("_", " ")


def left(due: datetime, now: datetime) -> str:
    """How long until then, to the minute."""
    span = timedelta(minutes=round(abs(due - now).total_seconds() / 60))
    spelled = _coarse(span)
    return spelled if due > now else f"{spelled} late"


def _coarse(span: timedelta) -> str:
    """Two units at most: minutes matter little to who waits for days."""
    if span >= timedelta(days=2):
        return f"{span.days}d"
    hours, minutes = divmod(span // timedelta(minutes=1), 60)
    return " ".join(
        filter(None, (f"{hours}h" if hours else "", f"{minutes}m" if minutes or not hours else ""))
    )


def _due(due: datetime | None, now: datetime) -> Text:
    if due is None:
        return Text("–")
    return Text(left(due, now), "" if due > now else "red")


def _where(item: Item) -> str:
    return f"{one_line(item.space_name, 60)}  {item.sent_at:%Y-%m-%d %H:%M} UTC"


def _standing(found: Mention, now: datetime) -> str:
    item = found.item
    parts = [words(item.state)]
    if item.due_at:
        parts.append(f"due in {left(item.due_at, now)}" if item.due_at > now else left(item.due_at, now))
    if item.leaves_at:
        parts.append(f"the reply leaves at {item.leaves_at:%H:%M:%S} UTC or later")
    if found.escalation:
        parts.append(f"escalated: {printable(found.escalation.reason)}")
        parts.append(
            f"taken by {found.escalation.claimed_by}" if found.escalation.claimed_by else "not taken yet"
        )
    return " · ".join(parts)


def _before(found: Mention) -> list[Said]:
    """What was said in the conversation just before the comment."""
    others = [said for said in found.conversation if said.mention_id != found.item.id]
    return [said for said in others if said.at <= found.item.sent_at][-BEFORE:]


def _said(said: Said) -> str:
    who = f"{said.who} (us)" if said.ours else said.who
    return f"  {one_line(who, 40) or 'us'}: {one_line(said.text, 200) or '(deleted)'}"


def _suggestion(found: Mention) -> Iterator[Text]:
    read, item = found.classification, found.item
    if read:
        certainty = "hesitates" if read.unsure else "sure"
        figures = ", ".join(f"{label} {score:.0%}" for label, score in read.scores.items())
        yield Text(f"{' + '.join(read.labels)} ({certainty}: {figures}), language {read.language}", "dim")
    answer = found.live_delivery
    if answer:
        yield Text(f"Reply ({words(answer.state)}):", "bold")
        yield Text(printable(answer.text))
    elif found.draft:
        yield Text(f"Suggested reply (draft {found.draft.revision}):", "bold")
        yield Text(printable(found.draft.text) or "(nothing to suggest: write it yourself)")
    elif item.state is State.IN_REVIEW:
        yield Text(
            "The suggestion is being written." if item.draft_on_its_way else "Nothing to suggest.", "dim"
        )
    yield Text()


def _happened(line: ShownEvent) -> str:
    who = line.name or line.event.actor.kind
    because = f": {line.event.reason}" if line.event.reason else ""
    return one_line(f"{words(line.event.kind)} by {who}{because}", 200)


def _event_as_json(line: ShownEvent) -> dict[str, object]:
    event = line.event
    return {
        "at": event.at.isoformat(),
        "kind": event.kind,
        "by": event.actor.kind,
        "name": line.name,
        "reason": event.reason,
    }


def spelled(seconds: float | None) -> str:
    """A figure of seconds as people say it."""
    return "–" if seconds is None else spell_duration(timedelta(seconds=round(seconds)))
