"""Small values that promises rest on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.guard import objection
from bot.domain.labels import Classification, Label, unread
from bot.domain.mention import SPACE_LIMIT, Author, Place, Post, conversation_key, tidy
from bot.domain.people import Role
from bot.domain.policy import Policy, Route
from bot.domain.replies import Capabilities, Draft, Resolution, resolution

PRAISE = Classification((Label.PRAISE,), {Label.PRAISE: 0.97}, "en")
COMPLAINT = Classification((Label.COMPLAINT, Label.PRAISE), {Label.COMPLAINT: 0.9, Label.PRAISE: 0.8}, "en")
CHATTER = Classification((Label.OTHER,), dict.fromkeys((Label.PRAISE, Label.COMPLAINT), 0.02), "en")
THANKS = Draft("Thank you!", "en", "templated", "en/praise/plain")


def test_other_stands_alone() -> None:
    with pytest.raises(ValueError, match="other alone"):
        Classification((Label.OTHER, Label.PRAISE))


def test_scores_that_are_no_probabilities_are_refused() -> None:
    with pytest.raises(ValueError, match="probabilities"):
        Classification((Label.PRAISE,), {Label.PRAISE: 1.2})
    with pytest.raises(ValueError, match="probabilities"):
        Classification((Label.PRAISE,), {Label.PRAISE: float("nan")})


def test_on_day_one_nothing_speaks_alone_and_nothing_is_set_aside() -> None:
    policy = Policy()

    assert not policy.may_speak_alone(PRAISE, THANKS)
    assert policy.route(CHATTER) is Route.REPLY


def test_a_trusted_template_speaks_alone_but_never_to_a_complaint_and_never_when_unsure() -> None:
    policy = Policy(trusted={THANKS.template})

    assert policy.may_speak_alone(PRAISE, THANKS)
    assert not policy.may_speak_alone(COMPLAINT, THANKS)
    assert not policy.may_speak_alone(unread("en"), THANKS)
    assert not policy.may_speak_alone(PRAISE, Draft("", "en", "none", THANKS.template))


def test_a_rule_sets_aside_only_what_is_surely_nothing_else() -> None:
    policy = Policy(dismissed={Label.OTHER})

    assert policy.route(CHATTER) is Route.DISMISS
    assert policy.route(PRAISE) is Route.REPLY
    assert policy.route(unread("en")) is Route.REPLY


@pytest.mark.parametrize(
    ("capabilities", "age", "expected"),
    [
        (Capabilities(idempotent_for=timedelta(minutes=2)), timedelta(minutes=1), Resolution.REPEAT),
        (Capabilities(idempotent_for=timedelta(minutes=2)), timedelta(minutes=2), Resolution.HOLD),
        (
            Capabilities(idempotent_for=timedelta(minutes=2), can_look_up=True),
            timedelta(hours=1),
            Resolution.LOOK_UP,
        ),
        (Capabilities(), timedelta(0), Resolution.HOLD),
    ],
)
def test_an_unknown_send_is_repeated_only_while_the_platform_knows_the_key(
    capabilities: Capabilities, age: timedelta, expected: Resolution
) -> None:
    assert resolution(capabilities, age) is expected


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Bonjour, merci !", ""),
        ("Une note [1] et un lien [ici](x)", ""),
        ("  \n", "empty"),
        ("Hello [Name]", "placeholder"),
        ("Bonjour [prénom]", "placeholder"),
        ("Hello {{ author }}", "placeholder"),
        ("x" * 101, "too_long"),
    ],
)
def test_no_blank_and_no_bracket_leaves(text: str, problem: str) -> None:
    assert objection(text, 100) == problem


@given(st.text(st.characters(codec=None)))
def test_any_text_can_be_kept(text: str) -> None:
    kept = tidy(text)

    assert "\x00" not in kept
    assert kept.encode("utf-8").decode("utf-8") == kept
    assert len(kept) <= SPACE_LIMIT


def test_two_people_in_one_thread_have_a_conversation_each() -> None:
    def post(author: str, thread: str) -> Post:
        sent_at = datetime(2026, 3, 2, tzinfo=UTC)
        return Post(Place("room", "1", thread), Author(author, author), "hello", sent_at)

    assert conversation_key(post("ana", "t1")) != conversation_key(post("bo", "t1"))
    assert conversation_key(post("ana", "t1")) != conversation_key(post("ana", "t2"))
    assert conversation_key(post("ana", "t1")) == conversation_key(post("ana", "t1"))


def test_roles_include_the_ones_before() -> None:
    assert Role.OWNER.includes(Role.REPLIER)
    assert not Role.READER.includes(Role.REPLIER)
