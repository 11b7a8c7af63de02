"""The contract of the Responder port, kept by every responder that can be found by name.

A new module in ``responders/`` is picked up by itself.
"""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.guard import objection
from bot.domain.labels import Classification, Label
from bot.domain.replies import Draft
from bot.ports import Occasion, Responder
from responders import kinds, load

SPACE = 4000  # the room that most platforms give to one message
HOSTILE = [
    "",
    "{{ 7*7 }}",
    "{{ author.__class__ }}",
    "{% for %}",
    "{# #}",
    "{{",
    "[prénom]",
    "<!channel> @everyone",
    "<script>alert(1)</script>",
    "\u202eémirp ne tixet\u202c",
    "שלום עולם",
    "\u200b\u200d\ufeff",
    "\ud800",
    "\x00\x07",
    "%s %(author)s {0} {author}",
    "🤬" * 50,
    "a" * 1_000_000,
]
EVALUATED_OR_INJECTED = re.compile(r"\b49\b|__class__|[{}<>@%\x00\ud800-\udfff]|everyone|script")

LABELS = st.sampled_from(
    [(Label.OTHER,)]
    + [
        tuple(
            label
            for bit, label in enumerate((Label.PRAISE, Label.COMPLAINT, Label.QUESTION))
            if mask >> bit & 1
        )
        for mask in range(1, 8)
    ]
)
CLASSIFICATIONS = st.builds(Classification, LABELS, language=st.just("fr"), unsure=st.booleans())


LOADED = {kind: (plug_in := load(kind)).build(plug_in.Options()) for kind in kinds()}


@pytest.fixture(params=kinds())
def responder(request: pytest.FixtureRequest) -> Responder:
    return LOADED[request.param]


def ask(
    responder: Responder,
    text: str,
    name: str,
    labels: tuple[Label, ...] = (Label.COMPLAINT,),
    mention_id: str = "m1",
) -> Draft | None:
    return responder.draft(Occasion(mention_id, text, name, Classification(labels), "fr", "Aurore"))


def sendable(draft: Draft | None) -> bool:
    """Nothing to say, or something that may leave as it is."""
    return draft is None or (
        objection(draft.text, SPACE) == "" and not EVALUATED_OR_INJECTED.search(draft.text)
    )


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:20]))
def test_words_and_names_are_never_instructions(responder: Responder, text: str) -> None:
    for labels in ((Label.PRAISE,), (Label.COMPLAINT,), (Label.QUESTION,), (Label.OTHER,)):
        assert sendable(ask(responder, text, text, labels, mention_id=text))


@pytest.mark.parametrize("kind", kinds())
@settings(max_examples=60, deadline=None)
@given(
    text=st.text(),
    name=st.text(),
    mention_id=st.text(),
    classification=CLASSIFICATIONS,
    language=st.sampled_from(["fr", "en", "fr-CA", "und", "", "xx"]) | st.text(max_size=5),
    avoid=st.lists(st.text(max_size=10)),
)
def test_the_same_occasion_always_gets_the_same_reply_in_its_language(
    kind: str,
    text: str,
    name: str,
    mention_id: str,
    classification: Classification,
    language: str,
    avoid: list[str],
) -> None:
    occasion = Occasion(mention_id, text, name, classification, language, "Aurore", avoid)
    responder = LOADED[kind]
    draft = responder.draft(occasion)
    assert draft == responder.draft(occasion)
    assert sendable(draft)
    if draft is not None:
        assert language.lower().split("-")[0] == draft.language.split("-")[0]
        assert draft.responder == kind


def test_it_does_not_matter_what_was_asked_before(responder: Responder) -> None:
    first = ask(responder, "Quelle déception", "Camille")
    for number in range(20):
        ask(responder, "Autre chose", "Paul", mention_id=str(number))
    assert ask(responder, "Quelle déception", "Camille") == first


def test_a_suggestion_that_was_already_made_is_not_made_again(responder: Responder) -> None:
    complaint = Classification((Label.COMPLAINT,))
    first = responder.draft(Occasion("m1", "…", "", complaint, "fr", "Aurore"))
    if first is not None and first.template:
        second = responder.draft(Occasion("m1", "…", "", complaint, "fr", "Aurore", [first.template]))
        assert second is None or second.template != first.template


def test_it_is_quick(responder: Responder) -> None:
    started = time.perf_counter()
    for number in range(1000):
        ask(responder, "Quelle déception", "Camille", mention_id=str(number))
    assert time.perf_counter() - started < 1.0  # a thousand; a tenth of it on a quiet machine
