"""A community is data: what is in the file is what is said, and a slip is named with its line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.loopback.script import SHIPPED, Saying, Script, load, read
from bot.domain.mention import Deletion, Edit, Place, Post
from bot.errors import AnswerableError, ConfigError, InputError
from tests.unit.loopback.conftest import SMALL

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def test_the_lines_become_what_a_platform_reports(small: Script) -> None:
    first, second, third, fourth, edit, deletion = (small.incoming(n, NOW) for n in range(6))
    assert isinstance(first, Post)
    assert (first.text, first.space_name, first.place) == ("Bonjour ?", "#salon", Place("salon", "one"))
    assert isinstance(second, Post)
    assert (second.author.is_staff, second.reply_to) == (True, "one")
    assert isinstance(third, Post)
    assert isinstance(fourth, Post)
    assert fourth.author.is_bot
    assert edit == Edit(third.place, "Ça ne clignote plus", NOW)
    assert deletion == Deletion(first.place, NOW)


def test_in_a_threaded_room_a_first_post_and_its_answers_share_a_thread(small: Script) -> None:
    assert small.incoming(2, NOW).place.thread == small.incoming(3, NOW).place.thread == "three"


def test_another_round_has_other_people_and_other_ids(small: Script) -> None:
    first, again = small.incoming(0, NOW), small.incoming(6, NOW)
    assert isinstance(first, Post)
    assert isinstance(again, Post)
    assert again.text == first.text
    assert again.place.message_id != first.place.message_id
    assert again.author.id != first.author.id
    second_reply, second_edit = small.incoming(7, NOW), small.incoming(10, NOW)
    assert isinstance(second_reply, Post)
    assert second_reply.reply_to == again.place.message_id
    assert second_edit.place == small.incoming(8, NOW).place


def test_comments_are_what_members_post(small: Script) -> None:
    assert small.comments == 2


def test_no_script_is_nobody() -> None:
    assert load("", Path()).lines == ()


def test_the_shipped_community_has_all_that_happens_in_life() -> None:
    lumen = load("lumen", Path())
    assert len(lumen.lines) >= 55
    assert len(lumen.rooms) == 4
    assert all(line.after == 0 for line in lumen.lines[:3]), "the first card is there within seconds"
    everything = [lumen.incoming(n, NOW) for n in range(len(lumen.lines))]
    posts = [incoming for incoming in everything if isinstance(incoming, Post)]
    assert {type(incoming) for incoming in everything} == {Post, Edit, Deletion}
    assert any(post.author.is_staff for post in posts)
    assert any(post.author.is_bot for post in posts)
    assert any(not any(letter.isalnum() for letter in post.text) for post in posts), "emoji only"
    for needle in ("{{ brand }}", "<!channel>", "@everyone", "שלום", "<script>", "c'est réglé"):
        assert any(needle in post.text for post in posts), needle


def test_each_shipped_script_can_be_loaded_by_name() -> None:
    for path in SHIPPED.glob("*.yaml"):
        assert any(isinstance(line, Saying) for line in load(path.stem, Path()).lines)


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        (
            "by: nadia, room: salon, say",
            "by: nadja, room: salon, say",
            "line 9: lines.0: there is no member “nadja”",
        ),
        ("room: salon, reply_to", "room: cave, reply_to", "line 10: lines.1: there is no room “cave”"),
        ("reply_to: one", "reply_to: six", "line 10: lines.1: there is no line “six” so far"),
        ("thread: three", "thread: five", "line 12: lines.3: there is no line “five” so far"),
        ("id: two", "id: one", "line 10: lines.1: the id “one” is taken by an earlier line"),
        ("edit: three", "edit: tree", "line 13: lines.4: there is no line “tree” so far"),
        ("delete: one", "delete: won", "line 14: lines.5: there is no line “won” so far"),
        ('say: "Bonjour ?"', "say: 12", "line 9: lines.0.say: Input should be a valid string"),
        ('say: "Bonjour ?", ', "", "line 9: lines.0.say: Field required"),
        ("after: 0}", "after: -1}", "line 9: lines.0.after: Input should be greater than or equal to 0"),
        ("after: 0}", "aftre: 0}", "line 9: lines.0.aftre: Extra inputs are not permitted"),
        ("{delete: one, after: 10}", "hello", "line 14: lines.5: "),
        (
            "{delete: one, after: 10}",
            "{delete: one}\n  - {edit: one, to: hm}",
            "line 15: lines.6: there is no line “one” so far",
        ),
        ("lines:", "lines: [", "this is not YAML"),
        ("Nadia}", "Nadia\x07}", "is not YAML"),
    ],
)
def test_a_slip_is_named_with_its_line(
    script_file: Callable[[str], Path], before: str, after: str, sentence: str
) -> None:
    path = script_file(SMALL.replace(before, after, 1))
    with pytest.raises(InputError) as caught:
        read(path)
    assert sentence in str(caught.value)
    assert "village.yaml" in str(caught.value)


@pytest.mark.parametrize(
    "text", ["- a list", "just words", "lines: {}", "lines: [[]]", "\ufeff", "? [a]\n: b", "lines: 1"]
)
def test_whatever_is_in_the_file_there_is_a_sentence(script_file: Callable[[str], Path], text: str) -> None:
    path = script_file(text)
    try:
        assert read(path).lines == ()
    except AnswerableError as error:
        assert "village.yaml" in error.problem


def test_a_file_that_cannot_be_read_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes("rooms: {é: {name: é}}".encode("latin-1"))
    for name in ("latin.yaml", "missing.yaml"):
        with pytest.raises(InputError, match=rf"{name} cannot be read"):
            load(name, tmp_path)
    with pytest.raises(InputError, match="cannot be read"):
        read(tmp_path)


def test_a_misspelt_script_gets_the_nearest_name() -> None:
    with pytest.raises(ConfigError, match=r"no script “lumne”\. Did you mean “lumen”"):
        load("lumne", Path())
