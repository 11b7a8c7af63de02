"""What strangers wrote, as a terminal shows it: it fits, and it cannot do anything there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from bot.cli.common import one_line
from bot.cli.showing import footer, left, spelled, table
from bot.domain.labels import Label
from bot.domain.lifecycle import State
from bot.domain.mention import printable
from bot.ledger.queries.inbox import Item, Tab

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def item(
    text: str = "Où est mon colis ?", author: str = "Béatrice", *, due_in: timedelta | None = None
) -> Item:
    return Item(
        id="1m7ztxrhc3wwxkg4xf",
        state=State.IN_REVIEW,
        text=text,
        author=author,
        account="exports",
        space_name="forum",
        sent_at=NOW,
        received_at=NOW,
        changed_at=NOW,
        due_at=NOW + (due_in or timedelta(hours=4)),
        snoozed_until=None,
        edited_at=None,
        deleted_at=None,
        labels=(Label.COMPLAINT, Label.QUESTION),
        language="fr",
        unsure=True,
        draft="Bonjour, nous regardons tout de suite.",
        draft_revision=1,
        draft_on_its_way=False,
        leaves_at=None,
        escalation_reason="",
        escalation_level=0,
        claimed_by="",
    )


def lines_of(items: list[Item], width: int) -> list[str]:
    console = Console(file=StringIO(), width=width)
    console.print(table(items, NOW, width))
    assert isinstance(console.file, StringIO)
    return console.file.getvalue().splitlines()


@pytest.mark.parametrize("width", [40, 73, 74, 80, 110, 200])
def test_a_mention_is_one_line_that_fits_and_says_what_matters(width: int) -> None:
    hostile = item("👩‍👩‍👧 مرحبا بكم " * 400 + "\x1b[31m\r\n\x00", "\x1b]0;pwned\x07" + "x" * 200)

    header, *rows = lines_of([item(), hostile], width)

    assert len(rows) == 2
    assert all(cell_len(line) <= width for line in [header, *rows])
    assert rows[0].startswith("xkg4xf  4h ")
    assert "Où est mon" in rows[0]
    assert ("complaint+question ?" in rows[0]) == (width >= 74)
    assert ("nous regardons" in rows[0]) == (width >= 110)
    assert not any(character in "".join(rows) for character in "\x1b\x07\x00\r")


@given(st.text())
def test_nothing_that_a_terminal_obeys_is_left(text: str) -> None:
    shown = printable(text)

    assert not any(ord(character) < 32 and character not in "\n\t" for character in shown)
    assert not set(shown) & set("\x7f\x9b\u202e\u2066\u2028")


@given(st.text(), st.integers(2, 80))
def test_the_beginning_of_a_text_is_one_line_of_at_most_so_many_characters(text: str, width: int) -> None:
    shown = one_line(text, width)

    assert len(shown) <= width
    assert len(shown.splitlines()) <= 1


def test_emoji_and_accents_are_shown_as_they_were_written() -> None:
    assert printable("Ça, c’est 🐈‍⬛ génial\nmerci\t!") == "Ça, c’est 🐈‍⬛ génial\nmerci\t!"


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=20), "0m"),
        (timedelta(minutes=59), "59m"),
        (timedelta(hours=4), "4h"),
        (timedelta(hours=3, minutes=46), "3h 46m"),
        (timedelta(days=3, hours=5), "3d"),
        (-timedelta(minutes=12), "12m late"),
    ],
)
def test_how_long_until_it_is_due(span: timedelta, words: str) -> None:
    assert left(NOW + span, NOW) == words


def test_how_many_there_are_and_how_to_see_them() -> None:
    counts = {Tab.WAITING: 52, Tab.ESCALATED: 0, Tab.UNDER_WAY: 1, Tab.ENDED: 3}

    assert footer(counts, Tab.UNDER_WAY, 1) == "waiting 52 · escalated 0 · under way 1 · ended 3"
    assert footer(counts, Tab.WAITING, 20).endswith("20 of 52 shown; more with --most 52.")


def test_a_figure_of_seconds_is_said_as_people_say_it() -> None:
    assert [spelled(seconds) for seconds in (None, 0.4, 34.0, 7200.0)] == ["–", "0s", "34s", "2h"]
