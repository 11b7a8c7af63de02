"""A brand owner hands in an export and reads how many people were answered, how fast, and who was not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.audit import audit
from bot.audit.auditing import BATCH, Share
from bot.domain.labels import Label
from bot.domain.mention import Post
from tests.unit.audit.community import UNDATED, BySign, Polite, answered, audited, said

HOUR = timedelta(hours=1)


def test_who_was_answered_and_who_was_not() -> None:
    found = audited(
        said("Ma commande n'arrive pas…", "1"),
        said("Ouvrez-vous dimanche ?", "2", by="Bob"),
        said("Très beau !", "3", by="Cléo"),
        said("premier", "4", by="Dan"),
        answered("1", HOUR),
        answered("4", HOUR),
    )
    assert (found.comments, found.answered) == (4, 2)
    assert (found.expecting, found.expecting_answered, found.ran_away_from) == (3, 1, 2)
    assert found.shares == (
        Share(Label.COMPLAINT, 1, 1),
        Share(Label.QUESTION, 1, 0),
        Share(Label.PRAISE, 1, 0),
        Share(Label.OTHER, 1, 1),
    )


def test_chatter_is_nothing_to_run_away_from() -> None:
    found = audited(said("premier", "1"), said("lol", "2"), answered("9", HOUR))
    assert found.ran_away_from == 0
    assert [group.total for group in found.groups] == [0, 0, 0]


def test_an_answer_counts_for_what_the_same_author_said_before_in_the_conversation() -> None:
    found = audited(
        said("Où est ma commande ?", "1"),
        said("Toujours rien…", "2", to="1", after=HOUR),
        said("Moi non plus…", "3", by="Bob", to="1", after=HOUR),
        answered("2", 3 * HOUR),
        said("Et maintenant ?", "4", to="1", after=4 * HOUR),
    )
    assert found.answered == 2
    assert {waiting.comment.post.place.message_id for group in found.groups for waiting in group.listed} == {
        "3",
        "4",
    }


def test_how_fast_half_and_nine_in_ten_were_answered() -> None:
    posts = [said("Alors ?", str(n), by=f"author {n}") for n in range(1, 11)]
    found = audited(*posts, *(answered(str(n), n * HOUR) for n in range(1, 11)))
    assert found.speed is not None
    assert (found.speed.median, found.speed.nine_in_ten, found.speed.measured) == (5.5 * HOUR, 9 * HOUR, 10)


def test_an_answer_without_a_date_counts_and_is_not_timed() -> None:
    found = audited(said("Alors ?", "1"), replace(answered("1", HOUR), sent_at=UNDATED))
    assert found.answered == 1
    assert found.speed is None


def test_an_answer_that_is_dated_before_the_comment_counts_and_is_not_timed() -> None:
    found = audited(said("Alors ?", "1", after=HOUR), answered("1", timedelta()))
    assert found.answered == 1
    assert found.speed is None


def test_only_the_first_answer_is_timed() -> None:
    found = audited(said("Alors ?", "1"), answered("1", 5 * HOUR, "late"), answered("1", 2 * HOUR, "early"))
    assert found.speed is not None
    assert found.speed.median == 2 * HOUR


def test_a_file_without_the_brand_cannot_tell_and_does_not_claim_zero() -> None:
    found = audited(said("Alors ?", "1"))
    assert not found.can_tell
    assert found.to_json()["answered"] is None
    assert found.to_json()["ran_away_from"] is None


def test_posts_of_the_brand_that_answer_nothing_are_counted_apart() -> None:
    found = audited(said("Alors ?", "1"), answered("", HOUR, "publication"), answered("gone", HOUR))
    assert (found.ours, found.unlinked) == (2, 2)
    assert not found.can_tell


def test_each_comment_left_alone_has_its_reply_the_most_recent_first() -> None:
    found = audited(
        said("Cassé…", "1", by="Ana"),
        said("Déchiré…", "2", by="Bob", after=HOUR),
        said("Et alors ?", "3", by="Cléo"),
        answered("none", HOUR),
    )
    complaints, questions, praise = found.groups
    assert [waiting.reply for waiting in complaints.listed] == ["Merci Bob <3", "Merci Ana <3"]
    assert [waiting.reply for waiting in questions.listed] == [""]
    assert (praise.total, praise.listed) == (0, ())


def test_a_long_list_is_cut_and_says_how_long_it_is() -> None:
    found = audited(*(said("Cassé…", str(n), by=f"author {n}") for n in range(20)), listed=5)
    assert (found.groups[0].total, len(found.groups[0].listed)) == (20, 5)


def test_a_comment_of_two_kinds_is_listed_once_as_the_more_urgent() -> None:
    found = audited(said("Très beau mais cassé !…", "1"))
    assert [group.total for group in found.groups] == [1, 0, 0]
    assert [share.comments for share in found.shares] == [1, 0, 1, 0]


def test_the_language_of_the_page_is_that_of_most_comments() -> None:
    english = [said("Well ?", str(n), language="en-GB") for n in range(3)]
    assert audited(*english, said("Alors ?", "9", language="fr")).language == "en"


def test_progress_is_heard() -> None:
    heard: list[tuple[int, int]] = []
    audit(
        [said("Alors ?", str(n)) for n in range(BATCH + 1)],
        classifier=BySign(),
        responder=Polite(),
        us=(),
        brand="",
        progress=lambda done, total: heard.append((done, total)),
    )
    assert heard == [(BATCH, BATCH + 1), (BATCH + 1, BATCH + 1)]


def test_the_figures_for_a_program() -> None:
    figures = audited(said("Cassé…", "1"), said("Beau !", "2"), answered("1", HOUR)).to_json()
    assert figures == {
        "brand": "Maison & Fils",
        "language": "fr",
        "since": "2026-03-02T12:00:00+00:00",
        "until": "2026-03-02T12:00:00+00:00",
        "comments": 2,
        "expecting": 2,
        "can_tell": True,
        "answered": 1,
        "ran_away_from": 1,
        "median_seconds": 3600,
        "p90_seconds": 3600,
        "brand_posts": 1,
        "brand_posts_unlinked": 0,
        "labels": {
            "complaint": {"comments": 1, "answered": 1},
            "question": {"comments": 0, "answered": 0},
            "praise": {"comments": 1, "answered": 0},
            "other": {"comments": 0, "answered": 0},
        },
        "verbatims": [],
        "classifier": "by sign 1",
    }


def test_an_empty_file_is_an_audit_too() -> None:
    assert audited().to_json()["comments"] == 0


COMMENTS = st.tuples(st.sampled_from("!?…."), st.sampled_from(["Ana", "Bob"]), st.integers(0, 9))


@given(
    st.lists(COMMENTS, max_size=12), st.lists(st.tuples(st.integers(0, 12), st.integers(0, 9)), max_size=6)
)
def test_the_figures_always_add_up(
    comments: list[tuple[str, str, int]], replies: list[tuple[int, int]]
) -> None:
    posts: list[Post] = [
        said(f"x{sign}", str(n), by=who, after=hours * HOUR) for n, (sign, who, hours) in enumerate(comments)
    ]
    posts += [answered(str(to), hours * HOUR, f"a{n}") for n, (to, hours) in enumerate(replies)]
    found = audited(*posts)
    assert found.comments == len(comments)
    assert sum(group.total for group in found.groups) == found.ran_away_from
    assert sum(share.comments for share in found.shares) == found.comments
    assert sum(share.answered for share in found.shares) == found.answered
    assert found.answered == len({to for to, _ in replies if to < len(comments)})


@pytest.mark.parametrize("midnight", [0, 22, 23])
def test_dates_without_a_time_of_day_are_known_as_such(midnight: int) -> None:
    posts = [
        replace(said("Alors ?", str(n)), sent_at=said("", "").sent_at.replace(hour=midnight, day=n + 1))
        for n in range(4)
    ]
    assert audited(*posts).only_days
    assert not audited(*posts, said("Alors ?", "9", after=timedelta(minutes=7))).only_days
