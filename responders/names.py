"""Whether what a platform shows as an author's name can be used to speak to a person."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 20
PART = re.compile(r"[-'’]")

# What platforms show in place of a name, and words that open a name without being one.
NOT_A_NAME = re.compile(
    r"""(?ix) account | admin | anonyme | anonymous | client | compte | customer | deleted | dr | guest
    | invité | la | le | les | madame | member | membre | miss | mlle | mme | monsieur | mr | mrs | ms
    | null | personne | the | user | utilisateur | utilisatrice | unknown"""
)


def first_name(shown: str) -> str:
    """The first name to speak to, or nothing when what is shown does not look like a name.

    A name is one word of letters (a hyphen or an apostrophe may join two), at most 20 characters,
    written as names are: one capital, then small letters, or a script without capitals. When in
    doubt it is none: a reply without a name is never wrong.
    """
    words = unicodedata.normalize("NFC", shown[:200]).split()
    if not words or len(words[0]) > LONGEST or NOT_A_NAME.fullmatch(words[0]):
        return ""
    return words[0] if _looks_like_a_name(words[0]) else ""


def _looks_like_a_name(word: str) -> bool:
    parts = PART.split(word)
    written = all(part.isalpha() and part[1:] == part[1:].lower() for part in parts)
    return written and len(word) > 1 and word[:1] == word[:1].upper()
