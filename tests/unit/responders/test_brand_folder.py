"""A brand's own templates: what they may do, and what its owner reads when something is wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.errors import ConfigError
from bot.ports import Responder
from tests.unit.responders.occasions import SITUATIONS, everything, make, occasion

Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(name: str, source: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")
        return path

    return write


def speak(folder: Path, address: str = "vous") -> Responder:
    return make("templated", folder=folder, address=address)


def praise(folder: Path, language: str = "fr", address: str = "vous", **said: str) -> dict[str, str]:
    drafts = everything(speak(folder, address), SITUATIONS["praise"], language, **said)
    return {draft.template: draft.text for draft in drafts}


def test_the_brands_own_replaces_ours_or_joins_them(write: Write, tmp_path: Path) -> None:
    write("fr/praise/curieux.j2", "Notre façon à nous.")
    write("fr/praise/maison.j2", "Merci de la part de l'atelier{% if brand %} {{ brand }}{% endif %} !")
    texts = praise(tmp_path)
    assert texts["fr/praise/curieux"] == "Notre façon à nous."
    assert texts["fr/praise/maison"] == "Merci de la part de l’atelier Aurore\u202f!"
    assert len(texts) == 7


def test_an_empty_file_takes_one_of_ours_out(write: Write, tmp_path: Path) -> None:
    write("fr/praise/soleil.j2", "\n")
    assert "fr/praise/soleil" not in praise(tmp_path)


def test_a_file_for_the_other_address_changes_nothing(write: Write, tmp_path: Path) -> None:
    write("fr/praise/curieux.tu.j2", "Rien que pour toi.")
    assert "vous" in praise(tmp_path)["fr/praise/curieux"]
    assert praise(tmp_path, address="tu")["fr/praise/curieux"] == "Rien que pour toi."


def test_a_new_language_needs_nothing_but_a_folder(write: Write, tmp_path: Path) -> None:
    write("de/praise/herzlich.j2", "Danke{% if author %}, {{ author }}{% endif %}!")
    assert praise(tmp_path, "de", author="Jürgen") == {"de/praise/herzlich": "Danke, Jürgen!"}
    assert speak(tmp_path).draft(occasion(SITUATIONS["complaint"], language="de")) is None


def test_a_variant_that_says_nothing_without_a_name_leaves_the_word_to_another(
    write: Write, tmp_path: Path
) -> None:
    write("de/praise/a.j2", "{% if author %}Danke, {{ author }}!{% endif %}")
    write("de/praise/b.j2", "Danke!")
    assert set(praise(tmp_path, "de").values()) == {"Danke!"}


def test_a_template_that_fails_while_speaking_is_passed_over_and_noted(write: Write, tmp_path: Path) -> None:
    write("de/praise/a.j2", "{% if author < 3 %}Danke!{% endif %}")
    responder = speak(tmp_path)
    with capture_logs() as logs:
        assert responder.draft(occasion(language="de")) is None
    assert [entry["template"] for entry in logs] == ["de/praise/a"]
    assert logs[0]["log_level"] == "warning"


@pytest.mark.parametrize(
    ("source", "line", "sentence"),
    [
        ("Merci\n{% if author %}", 2, "Unexpected end of template"),
        ("Merci\n\n{{ author", 3, "unexpected end of template"),
        ("Bonjour {{ auteur }}", 1, "there is no variable 'auteur'"),
        ("Merci\n{{ author|urlize }}", 2, "No filter named 'urlize'"),
        ("Merci {% if author is defined %}x{% endif %}", 1, "“test” is not allowed in a template"),
    ],
)
def test_a_mistake_is_named_with_its_file_and_line(
    write: Write, tmp_path: Path, source: str, line: int, sentence: str
) -> None:
    path = write("fr/praise/maison.j2", source)
    with pytest.raises(ConfigError) as caught:
        speak(tmp_path)
    assert caught.value.problem.startswith(f"{path}, line {line}: ")
    assert sentence in caught.value.problem
    assert "author and brand" in caught.value.mend


@pytest.mark.parametrize(
    "escape",
    [
        "{{ ''.__class__ }}",
        "{{ author.__init__ }}",
        "{{ author['__class__'] }}",
        "{{ author[0] }}",
        "{{ author|attr('__class__') }}",
        "{{ author.upper() }}",
        "{{ author.format }}",
        "{{ self }}",
        "{{ range(9) }}",
        "{{ cycler }}",
        "{{ lipsum() }}",
        "{{ 9 ** 9 ** 9 ** 9 }}",
        "{{ 'a' * 1000000000 }}",
        "{{ '%s' % author }}",
        "{% for x in author %}{{ x }}{% endfor %}",
        "{% set author = 'Jean' %}",
        "{% include 'other.j2' %}",
        "{% import 'other.j2' as other %}",
        "{% extends 'other.j2' %}",
        "{% macro f() %}{% endmacro %}",
        "{% block b %}{% endblock %}",
        "{% filter upper %}x{% endfilter %}",
        "{{ [author] }}",
        "{{ {'a': author} }}",
        "{{ -1 }}",
        "{{" + "(" * 5000 + "author" + ")" * 5000 + "}}",
        "{{ " + "1" * 5000 + " }}",
    ],
)
def test_a_template_cannot_reach_out_of_its_sandbox(write: Write, tmp_path: Path, escape: str) -> None:
    path = write("fr/praise/maison.j2", escape)
    with pytest.raises(ConfigError) as caught:
        speak(tmp_path)
    assert str(path) in caught.value.problem


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("praise/maison.j2", "is in the wrong place"),
        ("francais/praise/maison.j2", "is in the wrong place"),
        ("fr/prais/maison.j2", "Did you mean 'praise'?"),
        ("fr/praise/maison.vouz.j2", "A mark is vous or tu, or there is none."),
    ],
)
def test_a_file_in_the_wrong_place_is_named(write: Write, tmp_path: Path, name: str, sentence: str) -> None:
    path = write(name, "Merci.")
    with pytest.raises(ConfigError) as caught:
        speak(tmp_path)
    assert str(path) in str(caught.value)
    assert sentence in str(caught.value)


def test_a_file_in_another_encoding_is_named_with_its_line(write: Write, tmp_path: Path) -> None:
    write("fr/praise/maison.j2", "").write_bytes("Merci\nà toutes".encode("cp1252"))
    with pytest.raises(
        ConfigError, match=r"maison\.j2, line 2: this is not UTF-8 text\. Save the file as UTF-8\."
    ):
        speak(tmp_path)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"There is no folder .*nowhere with templates"):
        speak(tmp_path / "nowhere")


def test_an_empty_folder_and_other_files_are_fine(write: Write, tmp_path: Path) -> None:
    write("README.md", "Our words.")
    write("fr/praise/.maison.j2", "{{ half written")
    assert len(praise(tmp_path)) == 6
