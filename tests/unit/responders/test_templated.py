"""Which reply is suggested, and why that one."""

from __future__ import annotations

import pytest

from bot.domain.labels import Classification, Label, unread
from tests.unit.responders.occasions import SITUATIONS, everything, make, occasion


@pytest.mark.parametrize("situation", SITUATIONS)
def test_the_reply_suits_what_the_comment_is(situation: str) -> None:
    draft = make("templated").draft(occasion(SITUATIONS[situation]))
    assert draft is not None
    assert draft.template.split("/")[:2] == ["fr", situation]
    assert draft.responder == "templated"


def test_praise_that_complains_and_asks_is_treated_as_a_complaint_that_asks() -> None:
    everything_at_once = Classification((Label.PRAISE, Label.QUESTION, Label.COMPLAINT))
    draft = make("templated").draft(occasion(everything_at_once))
    assert draft is not None
    assert draft.template.startswith("fr/complaint+question/")


def test_a_text_that_nobody_could_read_gets_the_careful_line() -> None:
    draft = make("templated").draft(occasion(unread("fr")))
    assert draft is not None
    assert draft.template.startswith("fr/unsure/")


def test_the_same_mention_always_gets_the_same_suggestion_and_mentions_differ() -> None:
    first, second = make("templated"), make("templated")
    drafts = [first.draft(occasion(mention_id=f"m{number}")) for number in range(100)]
    assert drafts == [second.draft(occasion(mention_id=f"m{number}")) for number in range(100)]
    assert len({draft.template for draft in drafts if draft}) == 6


def test_another_suggestion_is_another_one_until_all_have_been_seen() -> None:
    responder = make("templated")
    seen = [draft.template for draft in everything(responder, SITUATIONS["praise"], "fr")]
    assert len(seen) == len(set(seen)) == 6
    again = responder.draft(occasion(avoid=seen))
    assert again is not None
    assert again.template == seen[0]  # the one that was suggested longest ago


def test_a_language_that_nobody_wrote_templates_for_is_left_to_a_person() -> None:
    responder = make("templated")
    assert responder.draft(occasion(language="de")) is None
    assert responder.draft(occasion(language="und")) is None
    assert responder.draft(occasion(language="")) is None


def test_a_regional_language_is_answered_in_its_language() -> None:
    draft = make("templated").draft(occasion(language="fr-CA"))
    assert draft is not None
    assert draft.language == "fr"


def test_the_name_is_used_when_it_looks_like_one_and_left_out_when_it_does_not() -> None:
    responder = make("templated")
    named = everything(responder, SITUATIONS["praise"], "fr", author="Zoé Martin")
    unnamed = everything(responder, SITUATIONS["praise"], "fr", author="xX_zoe_Xx")
    assert "Merci, Zoé\u202f! Un" in next(d.text for d in named if d.template.endswith("chaleureux"))
    assert "Merci\u202f! Un" in next(d.text for d in unnamed if d.template.endswith("chaleureux"))


def test_the_signature_stands_under_the_reply() -> None:
    draft = make("templated", signature=" Aurore ").draft(occasion())
    assert draft is not None
    assert draft.text.endswith("\nAurore")


def test_an_acknowledgement_is_for_complaints_only() -> None:
    responder = make("acknowledging")
    for situation, classification in SITUATIONS.items():
        draft = responder.draft(occasion(classification))
        assert (draft is not None) == ("complaint" in situation), situation
        if draft is not None:
            assert draft.template.startswith("fr/acknowledgement/")
            assert draft.responder == "acknowledging"
