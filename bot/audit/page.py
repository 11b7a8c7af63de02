"""One page that can be sent to anybody: nothing in it is fetched, nothing in it runs."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

from jinja2 import Environment, StrictUndefined

from bot.audit.auditing import Audit, Comment, Group
from bot.audit.wording import Wording
from bot.domain.mention import tidy

LONGEST = 700  # characters of a comment that are shown
OPEN = 4  # comments of a group that are shown before « show more »


@dataclass(frozen=True, slots=True)
class Dots:
    """A hundred dots: answered first. None or all only where that is exact."""

    answered: int
    missed: int

    @property
    def places(self) -> list[tuple[int, int, bool]]:
        """Column, row, and whether it stands for an answer."""
        return [(at % 25, at // 25, at < self.answered) for at in range(100)]


def page(audit: Audit, language: str = "") -> str:
    """The whole HTML document, in French or English: ``language``, or that of most comments."""
    words = Wording(language or audit.language)
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.from_string(files("bot.audit").joinpath("page.html").read_text("utf-8"))
    return template.render(
        audit=audit,
        words=words,
        say=words.say,
        period=_period(audit, words),
        verdict=_verdict(audit, words),
        reason=_reason(audit, words),
        dots=_dots(audit),
        shown=_shown,
        opening=_opening,
    ).lstrip()


def _period(audit: Audit, words: Wording) -> str:
    if audit.since is None or audit.until is None:
        return ""
    since, until = words.day(audit.since), words.day(audit.until)
    return since if since == until else words.say("period", since=since, until=until)


def _verdict(audit: Audit, words: Wording) -> str:
    if audit.expecting == 0:
        return words.say("verdict_quiet")
    if not audit.can_tell:
        return words.say("verdict_unknown")
    if audit.ran_away_from == 0:
        return words.say("verdict_stood", brand=audit.brand)
    return words.say("verdict_fled", audit.ran_away_from, brand=audit.brand)


def _reason(audit: Audit, words: Wording) -> str:
    """What stands under the verdict: the rate, or why there is none."""
    if audit.expecting == 0:
        return ""
    us = ", ".join(f"“{name}”" if words.language == "en" else f"«\u00a0{name}\u00a0»" for name in audit.us)
    if audit.can_tell:
        share = words.share(audit.ran_away_from, audit.expecting)
        fled = audit.ran_away_from > 0
        return words.say("rate", share=share, total=words.number(audit.expecting)) if fled else ""
    if not audit.us:
        return words.say("no_name", brand=audit.brand)
    if audit.ours == 0:
        return words.say("no_posts", us=us)
    return words.say("no_links", audit.ours, us=us)


def _dots(audit: Audit) -> Dots | None:
    if not audit.can_tell or audit.expecting == 0:
        return None
    answered = round(100 * audit.expecting_answered / audit.expecting)
    if 0 < audit.expecting_answered < audit.expecting:
        answered = min(max(answered, 1), 99)
    return Dots(answered, 100 - answered)


def _shown(comment: Comment) -> tuple[str, bool]:
    """The text as far as it is shown, and whether that is not all."""
    text = tidy(comment.post.text).strip()
    return text[:LONGEST], len(text) > LONGEST


def _opening(group: Group) -> int:
    """How many are shown at once: nobody opens a fold to find a single one."""
    return OPEN if len(group.listed) > OPEN + 1 else len(group.listed)
