"""A community manager gives us a file, with no explanation, and every comment is read as it was written."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from adapters.exports import Column, Order, Reject
from adapters.exports.fields import Field
from bot.domain.mention import Author, Place, Post, conversation_key
from tests.unit.exports.files import TODAY, opened, posts, rejects, texts, written

FRENCH = (
    "Identifiant;Date;Réseau;Auteur;Commentaire;Langue;En réponse à;Lien\r\n"
    "7;03/02/2026 14:05;Facebook;Zoé;Où est passée ma commande ?;fr;;https://exemple.fr/7\r\n"
    '8;04/02/2026 09:00;Facebook;La Maison;"Bonjour Zoé,\nelle arrive « demain »."'
    ";fr;7;https://exemple.fr/8\r\n"
)


def test_what_a_french_spreadsheet_saves_is_read_with_its_accents_dates_and_line_breaks(
    tmp_path: Path,
) -> None:
    export = opened(written(tmp_path, FRENCH, encoding="cp1252"), us=["  la maison "])
    assert posts(export) == [
        Post(
            place=Place("Facebook", "7", thread="7"),
            author=Author("Facebook/Zoé", "Zoé"),
            text="Où est passée ma commande ?",
            sent_at=datetime(2026, 2, 3, 14, 5, tzinfo=UTC),
            space_name="Facebook",
            link="https://exemple.fr/7",
            language="fr",
        ),
        Post(
            place=Place("Facebook", "8", thread="7"),
            author=Author("Facebook/La Maison", "La Maison", is_staff=True),
            text="Bonjour Zoé,\nelle arrive « demain ».",
            sent_at=datetime(2026, 2, 4, 9, 0, tzinfo=UTC),
            reply_to="7",
            space_name="Facebook",
            link="https://exemple.fr/8",
            language="fr",
        ),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_encoding_and_delimiter_are_found(tmp_path: Path, encoding: str, delimiter: str) -> None:
    content = FRENCH.replace("Bonjour Zoé,", "Bonjour Zoé").replace(";", delimiter)
    found = opened(written(tmp_path, content, encoding=encoding)).preview()
    assert (found.encoding, found.delimiter, found.comments) == (encoding, delimiter, 2)


def test_english_headers_and_other_words_for_the_same_thing(tmp_path: Path) -> None:
    content = (
        "Tweet ID,Created_At,screenName,Full Text,in_reply_to_status_id\n1,2026-02-03T10:00:00Z,ana,Hi,\n"
    )
    columns = opened(written(tmp_path, content)).preview().columns
    assert columns == (
        Column("Tweet ID", Field.ID),
        Column("Created_At", Field.DATE),
        Column("screenName", Field.AUTHOR),
        Column("Full Text", Field.COMMENT),
        Column("in_reply_to_status_id", Field.PARENT),
    )


def test_a_column_that_nobody_could_guess_can_be_mapped(tmp_path: Path) -> None:
    path = written(tmp_path, "qui;propos;commentaire\nAna;Bravo !;note interne\n")
    export = opened(path, mapping={"comment": "Propos", "author": "qui"})
    assert [(post.author.name, post.text) for post in posts(export)] == [("Ana", "Bravo !")]


def test_a_lone_column_may_hold_commas_and_semicolons(tmp_path: Path) -> None:
    path = written(tmp_path, 'Commentaire\nOui, non; peut-être\n"Deux\nlignes"\n')
    assert texts(opened(path)) == ["Oui, non; peut-être", "Deux\nlignes"]


def test_excels_own_first_line_is_obeyed(tmp_path: Path) -> None:
    path = written(tmp_path, "sep=|\r\nauthor|comment\r\nAna|a;b;c\r\n")
    assert [(post.author.name, post.text) for post in posts(opened(path))] == [("Ana", "a;b;c")]


def test_an_export_that_never_quotes_keeps_its_quotation_marks(tmp_path: Path) -> None:
    path = written(tmp_path, 'id;commentaire\n1;"Super" ce produit\n2;Merci\n')
    assert texts(opened(path)) == ['"Super" ce produit', "Merci"]


JSON_POSTS = [
    {"id": 12345678901234567890, "message": "Où ça ?", "from": {"name": "Zoé"}, "created_time": 1769904000},
    {"id": "2", "message": "Là.", "from": {"name": "Nous"}, "parent": "12345678901234567890", "seen": True},
]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("array.json", json.dumps(JSON_POSTS)),
        ("inside.json", json.dumps({"paging": {"next": None}, "data": {"comments": JSON_POSTS}}, indent=1)),
        ("lines.jsonl", "\n\n".join(map(json.dumps, JSON_POSTS))),
        ("lines.txt", "\n".join(json.dumps(post, ensure_ascii=False) for post in JSON_POSTS)),
    ],
)
def test_json_in_any_of_its_shapes(tmp_path: Path, name: str, content: str) -> None:
    read = posts(opened(written(tmp_path, content, name), us=["nous"], network="forum"))
    assert [(post.place.message_id, post.author.name, post.text, post.reply_to) for post in read] == [
        ("12345678901234567890", "Zoé", "Où ça ?", ""),
        ("2", "Nous", "Là.", "12345678901234567890"),
    ]
    assert [post.author.is_staff for post in read] == [False, True]
    assert [post.sent_at for post in read] == [datetime(2026, 2, 1, tzinfo=UTC), TODAY]
    assert {post.place.space for post in read} == {"forum"}


def test_a_file_without_a_network_column_lends_its_name(tmp_path: Path) -> None:
    path = written(tmp_path, "comment\nHi\n", "instagram.csv")
    assert posts(opened(path))[0].place.space == "instagram"


def test_dates_without_a_zone_are_taken_where_the_brand_is(tmp_path: Path) -> None:
    path = written(tmp_path, "date;commentaire\n15/07/2026 12:00;Midi\n")
    assert posts(opened(path, zone=ZoneInfo("Europe/Paris")))[0].sent_at == datetime(
        2026, 7, 15, 10, tzinfo=UTC
    )


def test_who_has_no_name_is_somebody_of_their_own_and_always_the_same(tmp_path: Path) -> None:
    path = written(tmp_path, "auteur;commentaire\n;Un\n;Deux\n")
    first, second = posts(opened(path))
    assert first.author.id != second.author.id
    assert first.author.name == ""
    assert posts(opened(path)) == [first, second]


def test_the_same_name_on_two_networks_is_not_the_same_person(tmp_path: Path) -> None:
    path = written(tmp_path, "network,author,comment\nX,ana,Hi\nY,ana,Hi\n")
    assert len({post.author.id for post in posts(opened(path))}) == 2


def test_without_ids_two_people_may_say_the_same_and_one_may_say_it_twice(tmp_path: Path) -> None:
    path = written(tmp_path, "auteur;commentaire\nAna;Merci\nBob;Merci\nAna;Merci\n")
    ids = [post.place.message_id for post in posts(opened(path))]
    assert len(set(ids)) == 3
    assert [post.place.message_id for post in posts(opened(path))] == ids


def test_made_up_ids_do_not_depend_on_how_the_file_was_saved(tmp_path: Path) -> None:
    one = written(tmp_path, "auteur;commentaire\nZoé;Ça va\n", "forum.csv", "cp1252")
    ids = [post.place for post in posts(opened(one))]
    two = written(tmp_path, 'auteur,commentaire\r\nZoé,"Ça va"\r\n', "forum.csv", "utf-8-sig")
    assert [post.place for post in posts(opened(two))] == ids


def test_an_author_who_comes_back_to_their_own_comment_stays_in_the_conversation(tmp_path: Path) -> None:
    path = written(tmp_path, "id,parent,author,comment\n1,,ana,Where is it?\n2,1,ana,Still nothing.\n")
    assert len({conversation_key(post) for post in posts(opened(path))}) == 1


def test_the_preview_shows_what_would_happen(tmp_path: Path) -> None:
    content = "id;date;auteur;commentaire\n1;13/02/2026;Ana;Bravo\n2;;Ana;\n3;;Nous;Merci\n4;;Bob;Oui\n"
    found = opened(written(tmp_path, content), us=["Nous"]).preview(first=2)
    assert (found.comments, found.ours, found.rejected, found.rows) == (2, 1, 1, 4)
    assert (found.format, found.date_order, found.day_first) == ("csv", Order.DAY_FIRST, True)
    assert [type(entry) for entry in found.first] == [Post, Reject]


def test_an_encoding_can_be_said(tmp_path: Path) -> None:
    path = written(tmp_path, "auteur;commentaire\nZoé;Été\n", encoding="mac-roman")
    assert texts(opened(path, encoding="mac-roman")) == ["Été"]


def test_text_that_is_not_western_is_guessed(tmp_path: Path) -> None:
    said = "Здравствуйте, когда откроется магазин на улице Ленина? Спасибо большое за помощь"
    path = written(tmp_path, "comment\n" + f"{said}\n" * 20, encoding="cp1251")
    assert set(texts(opened(path))) == {said}


# Importing in batches.

LONG = "id,comment\n" + "".join(f"{n},comment {n}\n" if n % 7 else f"{n},\n" for n in range(1, 101))


def test_an_import_that_was_cut_short_goes_on_where_it_stopped(tmp_path: Path) -> None:
    path = written(tmp_path, LONG)
    before = []
    for batch in opened(path).batches(size=10):
        before.append(batch)
        if len(before) == 3:
            break
    after = list(opened(path).batches(after=before[-1].cursor, size=10))
    kept = [post for batch in (*before, *after) for post in batch.posts]
    assert kept == posts(opened(path))


def test_the_rejects_of_an_import_that_went_on_are_complete(tmp_path: Path) -> None:
    path = written(tmp_path, LONG)
    *_, last = opened(path).batches(size=10)
    again = list(opened(path).batches(after=last.cursor, size=10))
    assert [reject for batch in again for reject in batch.rejects] == rejects(opened(path))
    assert not any(batch.posts for batch in again)
    assert again[-1].cursor == last.cursor


@pytest.mark.parametrize("cursor", ["", "42", "somewhere else:99", "not a cursor"])
def test_the_cursor_of_another_file_is_as_good_as_none(tmp_path: Path, cursor: str) -> None:
    batches = opened(written(tmp_path, LONG)).batches(after=cursor)
    assert sum(len(batch.posts) for batch in batches) == 86


def test_the_same_file_read_otherwise_is_read_anew(tmp_path: Path) -> None:
    path = written(tmp_path, LONG)
    *_, last = opened(path).batches()
    again = opened(path, network="elsewhere").batches(after=last.cursor)
    assert sum(len(batch.posts) for batch in again) == 86
