"""What the inbox says, in the reader's language. The words are data: one catalogue for each language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.resources import files
from string import Template
from unicodedata import bidirectional

import yaml
from babel import Locale

LANGUAGES = ("en", "fr")
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"
STEERING = dict.fromkeys((0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))

Entry = str | Mapping[str, str]


class Words:
    """The catalogue of one language."""

    def __init__(self, language: str, entries: Mapping[str, Entry]) -> None:
        self.language = language
        self.locale = Locale.parse(language)
        self.entries = entries

    def __call__(self, key: str, **values: object) -> str:
        """The words for ``key``. An entry with plural forms is chosen by ``count``.

        Raises KeyError for words that do not exist: a test finds these before a reader does.
        """
        entry = self.entries[key]
        if not isinstance(entry, str):
            entry = entry[self.locale.plural_form(int(str(values["count"])))]
        return Template(entry).substitute({name: _isolated(value) for name, value in values.items()})

    def known(self, key: str, otherwise: str) -> str:
        """The words for a key made of data, or ``otherwise``: a reason in a person's own words, say."""
        entry = self.entries.get(key)
        return entry if isinstance(entry, str) else otherwise


def load(language: str) -> Words:
    """The catalogue of a language, from the package's own data."""
    text = (files("bot.console") / "languages" / f"{language}.yaml").read_text("utf-8")
    return Words(language, dict(_flat(yaml.safe_load(text))))


def _flat(tree: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, Entry]]:
    for name, value in tree.items():
        key = f"{prefix}{name}"
        if not isinstance(value, Mapping):
            yield key, str(value)
        elif "other" in value and set(value) <= {"one", "many", "other"}:
            yield key, {form: str(words) for form, words in value.items()}
        else:
            yield from _flat(value, f"{key}.")


def _isolated(value: object) -> str:
    """Names from anywhere may be written from right to left; they must not turn the sentence around."""
    text = str(value).translate(STEERING)
    turns = any(bidirectional(character) in ("R", "AL") for character in text)
    return f"{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}" if turns else text
