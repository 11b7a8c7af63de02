"""What a mention is and where it stands, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from unicodedata import category

from babel.lists import format_list

from bot.console.wording import Words
from bot.domain.labels import INTENTS, UNDETERMINED, Classification, Label
from bot.domain.people import ActorKind
from bot.ledger.queries.mention import ShownEvent

WORTH_HESITATING = 0.2  # a score below that is no candidate

# What a person can give as a reason with one press; anything else they write themselves.
DISMISSALS = ("no_answer_needed", "spam", "already_handled", "off_topic", "insult")


def labels_in_words(words: Words, labels: Sequence[Label]) -> str:
    """“Praise and question”."""
    named = format_list([words(f"label.{label}") for label in labels], locale=words.locale)
    return named[:1].upper() + named[1:]


def thought(words: Words, read: Classification | None) -> str:
    """What the classifier thinks: sure, or between what it hesitates."""
    if read is None:
        return words("thought.not_yet")
    if read.unsure and not read.scores:
        return words("thought.unread")
    if not read.unsure:
        return words("thought.sure", labels=labels_in_words(words, read.labels))
    first, second = (words(f"label.{label}") for label in candidates(read))
    return words("thought.hesitates", first=first, second=second)


def candidates(read: Classification) -> tuple[Label, Label]:
    """The two labels between which an unsure classifier hesitates."""
    likely = sorted(
        (label for label in INTENTS if label not in read.labels),
        key=lambda label: read.scores.get(label, 0.0),
        reverse=True,
    )
    second = likely[0] if likely and read.scores.get(likely[0], 0.0) >= WORTH_HESITATING else Label.OTHER
    if len(read.labels) > 1:
        return read.labels[0], read.labels[1]
    if read.labels[0] is Label.OTHER:
        return Label.OTHER, likely[0]
    return read.labels[0], second


def language_name(words: Words, language: str) -> str:
    """“French”; the code itself when nobody has a name for it."""
    if language in ("", UNDETERMINED):
        return words("language_unknown")
    return str(words.locale.languages.get(language.split("-", maxsplit=1)[0], language))


def reason_in_words(words: Words, reason: str) -> str:
    """A machine's reason in words; a person's own words as they are."""
    return words.known(f"reason.{reason.partition(':')[0]}", reason)


def actor_in_words(words: Words, line: ShownEvent) -> str:
    """Who did it: a name, or what kind of hand it was."""
    kind = line.event.actor.kind
    if line.name:
        return line.name
    return words("actor.staff") if kind is ActorKind.PERSON else words(f"actor.{kind}")


def visible(text: str) -> bool:
    """Whether there is anything to see: not only blanks and invisible signs."""
    return any(category(character)[0] not in "ZC" for character in text)


FOR_TEMPLATES: Mapping[str, Callable[..., object]] = {
    "labels_in_words": labels_in_words,
    "thought": thought,
    "language_name": language_name,
    "reason_in_words": reason_in_words,
    "actor_in_words": actor_in_words,
    "visible": visible,
}
