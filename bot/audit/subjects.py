"""What people complain and ask about: words and pairs of words, counted. No model, so that anybody can check.

A subject is a word, or two words with at most two small ones between them (« mise à jour »). It matters by
its excess: in how many complaints and questions it is, beyond what the other comments would let expect.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

Subject = tuple[str, ...]

_WORD = re.compile(r"[^\W_]+")
_GAP = 2  # small words that a pair may hold
_LONGEST = 280  # characters of a verbatim that people read to the end

# Small alone, and yet half of a pair: « mise à jour », « compte client », “opening hours”.
_HEADS = frozenset({"mise", "jour", "compte", "hour"})


@dataclass(frozen=True, slots=True)
class Pick:
    """The text at ``index`` speaks of ``subject``, as ``named_by`` texts of those that matter do."""

    index: int
    subject: str
    named_by: int


def picks(
    asking: Sequence[str],
    others: Sequence[str],
    waiting: Collection[int],
    names: Iterable[str],
    count: int = 3,
) -> list[Pick]:
    """For each of the weightiest subjects, the one of ``asking`` that names most of what comes back.

    ``waiting``: the indexes of those still unanswered, which are preferred. ``names``: of the brand,
    which are no subject. Fewer than ``count`` when fewer subjects come back in two texts or more.
    """
    small = _small_words() | {word for name in names for word, *_ in _words(name)}
    named = [_subjects(text, small) for text in asking]
    weights = _weights(named, [_subjects(text, small) for text in others])
    chosen: list[Pick] = []
    covered: set[str] = set()
    for subject in sorted(weights, key=lambda subject: (-weights[subject], subject)):
        who = [index for index, subjects in enumerate(named) if subject in subjects]
        free = [at for at in who if len(asking[at]) <= _LONGEST and at not in {pick.index for pick in chosen}]
        if len(chosen) < count and free and covered.isdisjoint(subject):
            best = max(
                free, key=lambda at: (at in waiting, len(weights.keys() & named[at]), -len(asking[at]))
            )
            chosen.append(Pick(best, _spoken(subject, [named[at] for at in who]), len(who)))
            covered.update(subject)
    return chosen


def _weights(
    asking: Sequence[dict[Subject, str]], others: Sequence[dict[Subject, str]]
) -> dict[Subject, float]:
    """The excess of every subject that comes back; a pair that is most of a word's uses stands for it."""
    here = Counter(subject for subjects in asking for subject in subjects)
    there = Counter(subject for subjects in others for subject in subjects)
    share = len(asking) / (len(others) + 1)
    back = {subject: number for subject, number in here.items() if number >= 2}
    absorbed = {
        (word,)
        for subject, number in back.items()
        if len(subject) == 2
        for word in subject
        if number >= 0.5 * back.get((word,), number)
    }
    excess = {subject: number - there[subject] * share for subject, number in back.items()}
    return {subject: weight for subject, weight in excess.items() if weight > 0 and subject not in absorbed}


def _subjects(text: str, too_common: Collection[str]) -> dict[Subject, str]:
    """Every subject in the text, with the words that were used for it."""
    found: dict[Subject, str] = {}
    before: tuple[str, int] | None = None  # the word that may begin a pair, and where
    gap = 0
    for word, start, end in _words(text):
        small = word in too_common or len(word) < 3 or word.isdigit()
        if small and word not in _HEADS:
            gap += 1
            continue
        if not small:
            found.setdefault((word,), text[start:end].casefold())
        if before and gap <= _GAP and before[0] != word:
            found.setdefault((before[0], word), " ".join(text[before[1] : end].casefold().split()))
        before, gap = (word, start), 0
    return found


def _words(text: str) -> Iterator[tuple[str, int, int]]:
    """Each word without case, accents and plural, and where it stands."""
    for found in _WORD.finditer(text):
        plain = unicodedata.normalize("NFKD", found[0].casefold())
        bare = "".join(character for character in plain if not unicodedata.combining(character))
        yield (bare[:-1] if len(bare) > 3 and bare[-1] in "sx" else bare), *found.span()


@cache
def _small_words() -> frozenset[str]:
    text = files("bot.audit").joinpath("small_words.txt").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return frozenset(word for line in lines for word, *_ in _words(line))


def _spoken(subject: Subject, named: Sequence[dict[Subject, str]]) -> str:
    """The way in which most people write it."""
    return Counter(subjects[subject] for subjects in named).most_common(1)[0][0]
