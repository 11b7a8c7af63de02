"""French and English say the same things, and everything that is said exists in both."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from string import Template
from zoneinfo import ZoneInfo

import pytest

import bot.console
from bot.console.describing import DISMISSALS
from bot.console.logins import Standing
from bot.console.times import Later, Times, zone_named
from bot.console.wording import LANGUAGES, load
from bot.domain.events import EventKind
from bot.domain.labels import Label
from bot.domain.lifecycle import State
from bot.domain.people import ActorKind, Role
from bot.domain.reviews import Verdict
from bot.ledger.operations.deadlines import REASON
from bot.ledger.operations.review import UNSENDABLE
from bot.ledger.queries.inbox import Tab

HOUSE = Path(bot.console.__file__).parent
CATALOGUES = {language: load(language) for language in LANGUAGES}


def spoken() -> set[str]:
    """Every key that templates and code name."""
    sources = [*HOUSE.glob("templates/*.html"), *HOUSE.glob("*.py")]
    found = {
        key
        for source in sources
        for key in re.findall(
            r"""\b(?:t|words|_words)\(\s*["']([\w.]*\w)["'][,)\s]""", source.read_text("utf-8")
        )
    }
    problems = re.findall(
        r"""problems\.shown\([^"]*"(\w+)\"""", "".join(one.read_text("utf-8") for one in HOUSE.glob("*.py"))
    )
    problems += ["not_found", "not_possible", "sign_in"]
    problems += [f"link_{standing}" for standing in Standing if standing is not Standing.GOOD]
    return found | {f"problem.{name}.{part}" for name in problems for part in ("title", "what", "mend")}


def made_of_data() -> set[str]:
    """Every key that is put together from a state, a label, an event ..."""
    families: dict[str, Iterable[str]] = {
        "state": State,
        "done": State,
        "label": Label,
        "event": EventKind,
        "verdict": Verdict,
        "role": Role,
        "later": Later,
        "tab": Tab,
        "reason": [*DISMISSALS, *REASON.values(), *UNSENDABLE, "asked_by_person", "conversation_moved"],
        "refused": UNSENDABLE,
        "actor": [kind for kind in ActorKind if kind is not ActorKind.PERSON],
    }
    found = {f"{family}.{name}" for family, names in families.items() for name in names}
    keys = re.findall(r'"(\w+)"\)', (HOUSE / "templates" / "_keys.html").read_text("utf-8").split("%}")[0])
    found |= {f"keys.{name}" for name in keys}
    return found | {f"nothing.{tab}.{part}" for tab, part in product(Tab, ("title", "more"))}


def test_both_languages_have_the_same_keys_and_values() -> None:
    english, french = CATALOGUES["en"].entries, CATALOGUES["fr"].entries
    assert set(english) == set(french)
    for key in english:
        assert _values(english[key]) == _values(french[key]), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_that_is_used_exists(language: str) -> None:
    assert len(spoken()) > 60
    assert (spoken() | made_of_data()) - set(CATALOGUES[language].entries) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_kept_that_nobody_says(language: str) -> None:
    known_only = {"reason", "account"}  # looked up for what data says, if there are words for it
    unused = set(CATALOGUES[language].entries) - spoken() - made_of_data()
    assert {key for key in unused if key.split(".")[0] not in known_only} == set()


def test_plural_forms_follow_the_language() -> None:
    assert CATALOGUES["en"]("time.days", count=0) == "0 days"
    assert CATALOGUES["fr"]("time.days", count=0) == "0 jour"
    assert CATALOGUES["fr"]("time.days", count=2) == "2 jours"
    assert CATALOGUES["fr"]("time.days", count=2_000_000) == "2000000 jours"


def test_a_name_from_right_to_left_does_not_turn_the_sentence() -> None:
    said = CATALOGUES["en"]("claimed_by", who="\u202eנועה")
    assert said == "with \u2068נועה\u2069"


NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("language", "span", "said"),
    [
        ("en", timedelta(seconds=5), "a moment"),
        ("en", timedelta(minutes=12, seconds=59), "12 min"),
        ("en", timedelta(hours=3, minutes=40), "3 h 40"),
        ("fr", timedelta(hours=3, minutes=5), "3 h 05"),
        ("en", timedelta(hours=30), "1 day"),
        ("fr", timedelta(days=2), "2 jours"),
    ],
)
def test_spans_of_time_in_words(language: str, span: timedelta, said: str) -> None:
    assert Times(CATALOGUES[language], PARIS, NOW).span(span) == said


def test_exact_moments_in_the_readers_language_and_zone() -> None:
    assert Times(CATALOGUES["fr"], PARIS, NOW).exact(NOW) == "lundi 2 mars 2026, 10:00"
    assert Times(CATALOGUES["en"], PARIS, NOW).exact(NOW) == "Monday 2 March 2026, 10:00"
    assert Times(CATALOGUES["en"], PARIS, NOW).due(NOW - timedelta(minutes=3)) == "overdue by 3 min"


def test_this_evening_is_offered_while_it_lies_ahead() -> None:
    morning = Times(CATALOGUES["en"], PARIS, NOW).later()
    assert morning[Later.EVENING] == datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
    night = Times(CATALOGUES["en"], PARIS, NOW + timedelta(hours=9)).later()
    assert list(night) == [Later.HOUR, Later.MORNING]


@pytest.mark.parametrize("name", ["", "Nowhere/At-All", "../../etc/passwd", "\x00", "x" * 5_000])
def test_a_zone_that_nobody_knows_is_this_machines(name: str) -> None:
    assert NOW.astimezone(zone_named(name)) == NOW


def _values(entry: str | object) -> set[str]:
    forms = [entry] if isinstance(entry, str) else list(entry.values())  # type: ignore[attr-defined]
    return {name for form in forms for name in Template(form).get_identifiers()}
