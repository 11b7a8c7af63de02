"""One page that can be sent to the board: it asks, it answers, it fetches nothing and runs nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.audit import Audit, page
from bot.audit.wording import TEXTS, Wording
from bot.domain.mention import Post
from tests.unit.audit.community import UNDATED, answered, audited, said

HOUR = timedelta(hours=1)


class Elements(HTMLParser):
    """Every element with its attributes, and the text that is read."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._style = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._style = tag == "style"
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        self._style = False
        self.text += " "

    def handle_data(self, data: str) -> None:
        if not self._style:
            self.text += data

    def count(self, tag: str, class_: str = "") -> int:
        return sum(name == tag and class_ in (attrs.get("class") or "") for name, attrs in self.found)


def read(audit: Audit, language: str = "") -> str:
    return " ".join(Elements(page(audit, language)).text.split())


@pytest.fixture
def busy() -> Audit:
    posts = [said("Mon colis est cassé…", f"c{n}", by=f"auteur {n}", after=n * HOUR) for n in range(12)]
    posts += [said("Ouvrez-vous dimanche ?", "q1", by="Bob", link="https://forum.example/q1")]
    return audited(
        *posts, answered("c0", 2 * HOUR), answered("c1", 3 * HOUR), answered("", HOUR, "publication")
    )


def test_in_french_it_asks_whether_you_ran_away(busy: Audit) -> None:
    text = read(busy)
    assert "Avez-vous détalé ?" in text
    assert "11 commentaires attendaient un mot de Maison & Fils et n’en ont pas reçu." in text
    assert "Soit 85 % des 13 qui étaient plus que du bavardage." in text
    assert "Ceux devant qui vous avez détalé" in text
    assert "Un message de la marque ne répond à aucun commentaire de ce fichier" in text
    assert "d’attente médiane 2 h 00" in text


def test_in_english_too(busy: Audit) -> None:
    text = read(busy, "en")
    assert "Did you run away?" in text
    assert "11 comments hoped for a word from Maison & Fils and got none." in text
    assert "its comments 2 March 2026 Did you" in text


def test_the_period_is_said(busy: Audit) -> None:
    longer = replace(busy, until=UNDATED)
    assert "du 2 mars 2026 au 1er juin 2026" in read(longer)
    assert "2 March 2026 to 1 June 2026" in read(longer, "en")


def test_a_language_it_does_not_speak_becomes_english(busy: Audit) -> None:
    assert "Did you run away?" in read(replace(busy, language="de"))


def test_who_stayed_is_told_so() -> None:
    text = read(audited(said("Alors ?", "1"), answered("1", HOUR)), "en")
    assert "No. Everyone who hoped for a word from Maison & Fils got one." in text
    assert "Nobody. Well done." in text


def test_where_there_was_only_chatter() -> None:
    assert "Personne, ici, n’attendait de mot." in read(audited(said("lol", "1")))


@pytest.mark.parametrize(
    ("posts", "us", "sentence"),
    [
        ([], (), "On ne nous a pas dit sous quel nom écrit Maison & Fils"),
        ([], ("Maison",), "Il ne contient aucun message signé « Maison »."),
        ([answered("", HOUR, "p")], ("Maison",), "un message signé « Maison », qui ne dit pas à quel"),
    ],
)
def test_a_file_that_cannot_tell_says_why_and_claims_no_figure(
    posts: list[Post], us: tuple[str, ...], sentence: str
) -> None:
    html = page(audited(said("Alors ?", "1"), *posts, us=us))
    text = " ".join(Elements(html).text.split())
    assert "Ce fichier ne permet pas de le dire." in text
    assert sentence in text
    assert "Une réponse prête pour chacun" in text
    assert "détalé" not in text.replace("Avez-vous détalé ?", "")
    assert "Sans réponse" not in text
    assert Elements(html).count("circle") == 0


def test_every_figure_has_its_definition(busy: Audit) -> None:
    elements = Elements(page(busy))
    assert elements.count("dt") == elements.count("dd", "big") == elements.count("dd", "means") == 5


def test_the_dots_show_the_share_and_never_round_somebody_away() -> None:
    many = [said("Alors ?", str(n), by=f"author {n}") for n in range(500)]
    elements = Elements(page(audited(*many, *(answered(str(n), HOUR) for n in range(499)))))
    assert (elements.count("circle", "yes"), elements.count("circle", "no")) == (99, 1)


def test_long_lists_are_folded_and_what_is_left_out_is_said_aloud() -> None:
    posts = [said("Mon colis est cassé…", f"c{n}", by=f"auteur {n}") for n in range(30)]
    html = page(audited(*posts, listed=10), "en")
    assert Elements(html).count("article", "card") == 10
    assert "Show 6 more" in html
    assert "20 more are not on this page, to keep it light." in html


def test_a_fold_never_hides_a_single_one() -> None:
    posts = [said("Mon colis est cassé…", f"c{n}", by=f"auteur {n}") for n in range(5)]
    assert Elements(page(audited(*posts))).count("details") == 0


def test_verbatims_say_how_they_were_picked(busy: Audit) -> None:
    text = read(busy)
    assert "Comment ils ont été choisis" in text
    assert "colis" in text
    assert "dans 12 reproches et questions" in text


def test_who_has_no_name_and_no_date() -> None:
    post = replace(said("Alors ?", "1", by=""), sent_at=UNDATED)
    text = read(audited(post))
    assert "Anonyme · forum Alors ?" in text
    assert "Pas de réponse prête : celui-ci mérite ses propres mots." in text
    assert "2026" not in text


HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)> {{ 7*7 }} & \u202eabc'


def test_nothing_that_people_wrote_becomes_part_of_the_page() -> None:
    post = said(HOSTILE + "…", "1", by=HOSTILE, link="javascript:alert(1)")
    html = page(replace(audited(post, us=(HOSTILE,)), brand=HOSTILE, classifier=HOSTILE))
    tags = {tag for tag, _ in Elements(html).found}
    assert tags.isdisjoint({"script", "img", "iframe", "link", "object", "embed", "form"})
    assert "{{ 7*7 }}" in html
    assert not any("javascript:" in (attrs.get("href") or "") for _, attrs in Elements(html).found)


def test_nothing_is_fetched_from_anywhere(busy: Audit) -> None:
    html = page(busy)
    assert not re.search(r"@import|url\(|<link|<script|\ssrc=|srcset", html)
    assert "default-src 'none'" in html
    links = [attrs for tag, attrs in Elements(html).found if "href" in attrs or tag == "a"]
    assert [link["href"] for link in links] == ["https://forum.example/q1"]


@given(st.text(max_size=80), st.text(max_size=20))
def test_any_text_makes_a_page(text: str, name: str) -> None:
    page(audited(said(text + "…", "1", by=name))).encode("utf-8")


def test_a_comment_of_a_megabyte_is_shortened_and_says_so() -> None:
    html = page(audited(said("é" * 1_000_000 + "…", "1")), "en")
    assert len(html) < 60_000
    assert "(shortened)" not in page(audited(said("short…", "1")), "en")


def test_both_languages_say_the_same_things() -> None:
    assert TEXTS["fr"].keys() == TEXTS["en"].keys()
    for key, english in TEXTS["en"].items():
        french = TEXTS["fr"][key]
        assert type(french) is type(english), key
        assert fields(french) == fields(english), key


def fields(sentence: str | tuple[str, str]) -> set[str]:
    whole = sentence if isinstance(sentence, str) else sentence[1]
    return set(re.findall(r"\{(\w+)\}", whole))


@pytest.mark.parametrize(
    ("wait", "french", "english"),
    [
        (timedelta(seconds=40), "moins d’une minute", "under a minute"),
        (timedelta(minutes=12, seconds=59), "12 min", "12 min"),
        (timedelta(hours=3, minutes=5), "3 h 05", "3 h 05 min"),
        (timedelta(days=2), "2 jours", "2 days"),
        (timedelta(days=1500), "1\u202f500 jours", "1,500 days"),
    ],
)
def test_waits_are_said_as_a_person_would(wait: timedelta, french: str, english: str) -> None:
    assert Wording("fr").wait(wait, only_days=False) == french
    assert Wording("en").wait(wait, only_days=False) == english


def test_dates_without_a_time_of_day_give_waits_in_days() -> None:
    assert Wording("fr").wait(timedelta(), only_days=True) == "le jour même"
    assert Wording("en").wait(timedelta(days=1), only_days=True) == "1 day"


def test_the_first_of_a_month_in_french() -> None:
    assert Wording("fr").day(UNDATED.date()) == "1er juin 2026"
    assert Wording("fr").day(UNDATED.date().replace(day=11)) == "11 juin 2026"
