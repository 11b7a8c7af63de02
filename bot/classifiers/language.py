"""The language of a short text.

Two readers share the work. The trained weights tell French from English, down to "c nul" and "thx",
because they learned from chat; py3langid knows the other languages, so that Spanish is told from
bad French. Their evidence adds up as logarithms of odds.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from functools import cached_property

import numpy as np
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from bot.domain.labels import UNDETERMINED

RECOGNISED = ("fr", "en", "es", "de", "it", "pt", "nl")
# What may be asked for beside those: languages in Latin letters that py3langid knows.
OTHERS = (
    "br",
    "ca",
    "cs",
    "da",
    "eu",
    "fi",
    "gl",
    "ht",
    "hu",
    "lb",
    "no",
    "oc",
    "pl",
    "ro",
    "sv",
    "tr",
    "vi",
)
KNOWN = RECOGNISED + OTHERS
READ = 1_000  # characters that settle a language
PLAIN = 0.75  # from here on the text speaks for itself, against the language of its context
LIKELY = 0.5  # without context, anything below is undetermined


class LanguageReader:
    """Tells which of ``recognised`` a text is written in; its model is loaded at the first text."""

    def __init__(self, recognised: Sequence[str] = RECOGNISED) -> None:
        self._recognised = tuple(recognised)

    def read(self, text: str, french: float = 0.0, context: str = "") -> str:
        """The language; ``context`` when the text alone does not say; ``und`` when nothing does.

        ``french`` is the trained evidence: positive for French, negative for English.
        """
        text = text[:READ]
        if not _is_latin(text):
            return context if not _has_letters(text) and context else UNDETERMINED
        language, share = self._likeliest(text, french)
        if share < PLAIN and context:
            return context
        return language if share >= LIKELY else UNDETERMINED

    def _likeliest(self, text: str, french: float) -> tuple[str, float]:
        evidence = {"fr": max(0.0, french), "en": max(0.0, -french)}
        scores = {
            language: math.log(max(probability, 1e-9)) + evidence.get(language, 0.0)
            for language, probability in self._identifier.rank(text)
        }
        best = max(scores, key=lambda language: scores[language])
        return best, 1.0 / sum(math.exp(score - scores[best]) for score in scores.values())

    @cached_property
    def _identifier(self) -> LanguageIdentifier:
        """py3langid with the recognised languages alone: the table of all 140 would stay in memory."""
        every = LanguageIdentifier.from_model_file(MODEL_FILE)
        every.set_languages(self._recognised)
        return LanguageIdentifier(
            np.ascontiguousarray(every.nb_ptc),
            every.nb_pc,
            every.nb_classes,
            every.tk_nextmove,
            every.tk_output,
            norm_probs=True,
            tk_row=every.tk_row,
        )


def _has_letters(text: str) -> bool:
    return any(character.isalpha() for character in text)


def _is_latin(text: str) -> bool:
    """Whether most letters are Latin: all recognised languages are written so."""
    if text.isascii():
        return _has_letters(text)
    letters = [character for character in text if character.isalpha()]
    latin = sum(c.isascii() or unicodedata.name(c, "").startswith("LATIN") for c in letters)
    return 2 * latin > len(letters)
