"""What the templates that we ship promise to those who read them."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from itertools import combinations

import pytest

from bot.domain.guard import objection
from bot.domain.replies import Draft
from tests.unit.responders.occasions import SITUATIONS, everything, make

LONGEST_IN_CHAT = 350
THIN = "\u202f"
VOUS = re.compile(r"\b(vous|votre|vos|vôtres?|dites|(?!chez\b|assez\b)\w+ez)\b", re.IGNORECASE)
TU = re.compile(r"\b(tu|te|ton|ta|tes|toi|tiens?|tiennes?|dis)\b|\bt’", re.IGNORECASE)
GENDERED = re.compile(
    r"\(e\)|·e|\b(ravie?s?|heureux|heureuses?|contente?s?|désolée?s?|déçue?s?|satisfaite?s?|sûre?s?|ch(er|ère)s?)\b"
    r"|(\bvous |\bt’|\bte )(avons |avez |a |ont |as )(?!plu\b|manqué\b)\w+[éiu]s?\b",
    re.IGNORECASE,
)
PROMISES = {
    "fr": re.compile(
        r"rembours|dédommag|geste commercial|garanti|promet|conseill|quelqu’un|équipe|contact"
        r"|délais?\b|sous \d|rev(en|iend)ons vers|\bnous (?!pourrons)\w+[^é\W]rons\b",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"refund|compensat|guarantee|promise|advis[eo]r|someone|team|get back|in touch|shortly"
        r"|soon\b|\bwill\b|’ll\b",
        re.IGNORECASE,
    ),
}

CASES = [("fr", "vous"), ("fr", "tu"), ("en", "vous")]


def drafts(
    language: str, address: str, *situations: str, author: str = "", brand: str = "Aurore"
) -> list[Draft]:
    """All drafts in this language and address, for these situations or for all of them."""
    templated, acknowledging = (make(kind, address=address) for kind in ("templated", "acknowledging"))
    said = [
        draft
        for name in situations or SITUATIONS
        for draft in everything(templated, SITUATIONS[name], language, author, brand)
    ]
    if not situations:
        said += everything(acknowledging, SITUATIONS["complaint"], language, author, brand)
    return said


def both_ways(language: str, address: str) -> list[Draft]:
    """All drafts, to somebody with a name and to somebody without one, with the brand's name and without."""
    return [
        draft
        for author in ("", "Anne-Sophie")
        for brand in ("", "Aurore")
        for draft in drafts(language, address, author=author, brand=brand)
    ]


@pytest.mark.parametrize(("language", "address"), CASES)
def test_each_situation_can_be_answered_in_several_ways(language: str, address: str) -> None:
    for situation in SITUATIONS:
        found = [draft.template for draft in drafts(language, address, situation)]
        assert len(found) >= (5 if situation == "praise" else 4), situation
        assert all(name.startswith(f"{language}/{situation}/") for name in found)


def test_vous_and_tu_can_say_the_same_things() -> None:
    vous, tu = ({draft.template for draft in drafts("fr", address)} for address in ("vous", "tu"))
    assert vous == tu


@pytest.mark.parametrize(("language", "address"), CASES)
def test_every_reply_may_leave_and_is_short_and_whole(language: str, address: str) -> None:
    for draft in both_ways(language, address):
        assert objection(draft.text, LONGEST_IN_CHAT) == "", draft
        assert draft.text[0].isupper(), draft
        assert draft.text.rstrip("☀️ ")[-1] in ".!?", draft
        assert not re.search(r"  | [,.]|,,|[\[\]{}]|\bNone\b", draft.text), draft


@pytest.mark.parametrize("address", ["vous", "tu"])
def test_vous_and_tu_are_never_mixed(address: str) -> None:
    other = TU if address == "vous" else VOUS
    for draft in both_ways("fr", address):
        assert not other.search(draft.text), draft


def test_the_two_addresses_are_really_there() -> None:
    assert sum(bool(VOUS.search(draft.text)) for draft in drafts("fr", "vous")) > 20
    assert sum(bool(TU.search(draft.text)) for draft in drafts("fr", "tu")) > 20


@pytest.mark.parametrize("address", ["vous", "tu"])
def test_nobodys_gender_is_guessed(address: str) -> None:
    for draft in both_ways("fr", address):
        assert not GENDERED.search(draft.text), draft


@pytest.mark.parametrize(("language", "address"), CASES)
def test_nothing_is_promised_in_anybodys_name(language: str, address: str) -> None:
    for draft in both_ways(language, address):
        assert not PROMISES[language].search(draft.text), draft


@pytest.mark.parametrize("address", ["vous", "tu"])
def test_french_is_set_as_french(address: str) -> None:
    for draft in both_ways("fr", address):
        assert not re.search(rf"[^{THIN}!?][!?;:»]|«[^{THIN}]|'", draft.text), draft


@pytest.mark.parametrize(("language", "address"), CASES)
def test_a_picture_at_most_once_and_only_as_thanks(language: str, address: str) -> None:
    for draft in drafts(language, address):
        pictures = [sign for sign in draft.text if unicodedata.category(sign) == "So"]
        assert len(pictures) <= ("/praise/" in draft.template), draft


@pytest.mark.parametrize(("language", "address"), CASES)
def test_no_two_variants_are_nearly_the_same(language: str, address: str) -> None:
    for one, other in combinations(drafts(language, address), 2):
        likeness = SequenceMatcher(None, one.text, other.text, autojunk=False).ratio()
        assert likeness < 0.75, (one, other)


@pytest.mark.parametrize(("language", "address"), CASES)
def test_a_complaint_is_asked_one_thing_and_an_acknowledgement_asks_nothing(
    language: str, address: str
) -> None:
    complaints = ("complaint", "praise+complaint", "complaint+question")
    for draft in drafts(language, address, *complaints):
        assert draft.text.count("?") == 1, draft
    acknowledgements = everything(make("acknowledging", address=address), SITUATIONS["complaint"], language)
    assert len(acknowledgements) >= 4
    assert not any("?" in draft.text for draft in acknowledgements)
