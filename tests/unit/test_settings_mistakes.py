"""The sentences that an operator reads when the configuration is wrong."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as given_settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from bot.errors import ConfigError
from bot.settings import RawSection, load, options_for, unknown_kind

Complaints = Callable[..., list[str]]


class Inner(BaseModel):
    """A section in a plug-in's section."""

    model_config = ConfigDict(extra="forbid")

    pause: float = 1.0


class RobotOptions(BaseModel):
    """A plug-in's own section."""

    model_config = ConfigDict(extra="forbid")

    token: SecretStr
    speed: float | None = Field(default=None, gt=0)
    inner: Inner = Field(default_factory=Inner)
    maybe: Inner | None = None
    nickname: str = Field(default="", max_length=9)
    rooms: list[Inner] = Field(default_factory=list)


@pytest.fixture
def complaints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Complaints:
    """What is said about a file of this text, line by line."""
    monkeypatch.chdir(tmp_path)

    def read(text: str | bytes, environ: Mapping[str, str] | None = None) -> list[str]:
        file = Path("my.yaml")
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        with pytest.raises(ConfigError) as raised:
            load(file, environ or {})
        assert raised.value.__cause__ is None
        return str(raised.value).splitlines()

    return read


SENTENCES = {
    "consle: {port: 1}": 'my.yaml, line 1: unknown key "consle". Did you mean "console"?',
    "consle:": 'my.yaml, line 1: unknown key "consle". Did you mean "console"?',
    "brand:\n  langage: fr": 'my.yaml, line 2: unknown key "langage" in brand. Did you mean "language"?',
    "brand:\n  xyz: fr": 'my.yaml, line 2: unknown key "xyz" in brand. Known here: name, language, address.',
    "people: {Al: {role: owner, lang: [fr]}}": (
        'my.yaml, line 1: unknown key "lang" in people.Al. Did you mean "languages"?'
    ),
    "brand:\n  name: 2024": 'my.yaml, line 2: brand.name must be text, not "2024". Put it between quotes.',
    "brand: {name: ''}": "my.yaml, line 1: brand.name must not be empty.",
    "brand: {language: de}": 'my.yaml, line 1: brand.language must be one of fr, en, not "de".',
    "console: {port: http}": (
        'my.yaml, line 1: console.port must be a whole number, not "http". Write digits only.'
    ),
    "console: {port: true}": 'my.yaml, line 1: console.port must be a whole number, not "True".',
    "console: {port: 99999}": 'my.yaml, line 1: console.port must be at most 65535, not "99999".',
    "console: {public_url: answers}": (
        "my.yaml, line 1: console.public_url must be an address such as"
        ' "https://answers.example.com", or empty, not "answers".'
    ),
    "delivery: {attempts: 0}": 'my.yaml, line 1: delivery.attempts must be at least 1, not "0".',
    "delivery: {undo_window: 12 parsecs}": (
        "my.yaml, line 1: delivery.undo_window must be a duration such as 15s, 5m, 4h or 2d,"
        ' or a number of seconds, not "12 parsecs".'
    ),
    "patience: {review: 0}": 'my.yaml, line 1: patience.review must be longer than nothing, not "0".',
    "delivery: {timeout: 2m}": "my.yaml, line 1: delivery must have a lease longer than its timeout.",
    "people: {Al: {role: ownr}}": (
        "my.yaml, line 1: people.Al.role must be one of reader, replier, lead, owner,"
        ' not "ownr". Did you mean "owner"?'
    ),
    "people:\n  Al: {}": 'my.yaml, line 2: people.Al.role is missing. Add a line "role: …".',
    "people:\n  Al:": (
        "my.yaml, line 2: people.Al must be a section."
        ' Write its keys on lines below it, indented, as "key: value".'
    ),
    "people: {'': {role: owner}}": "my.yaml, line 1: a name in people must not be empty.",
    "people: {Al: {role: owner, languages: [French]}}": (
        'my.yaml, line 1: people.Al.languages must be a language code such as "fr" or "pt-BR", not "French".'
    ),
    "policy:\n  dismiss:\n    - praise\n    - chater": (
        'my.yaml, line 4: policy.dismiss must be one of praise, complaint, question, other, not "chater".'
    ),
    "policy: {dismiss: praise}": (
        'my.yaml, line 1: policy.dismiss must be a list, not "praise". Write it as [a, b].'
    ),
    "accounts: [a]": (
        "my.yaml, line 1: accounts must be a section."
        ' Write its keys on lines below it, indented, as "key: value".'
    ),
    "accounts:\n  a: {speed: 3}": ('my.yaml, line 2: accounts.a must say its kind, as in "kind: loopback".'),
    "accounts:\n  a: loopback": (
        'my.yaml, line 2: accounts.a must be a section, not "loopback".'
        ' Write its keys on lines below it, indented, as "kind: loopback".'
    ),
    "data_dir: 5": 'my.yaml, line 1: data_dir must be a path, not "5".',
    "brand:\n  name: A\n  name: B": (
        "my.yaml, line 3: brand.name is set again; it is already set on line 2. Keep one of the two."
    ),
    "brand:\n\tname: A": "my.yaml, line 2: a tab stands where YAML wants spaces. Indent with spaces.",
    "brand: {name: A": (
        "my.yaml, line 1: this is not YAML: expected ',' or '}', but got '<stream end>' (column 16)."
        " Look for a missing colon, quote or bracket or a wrong indentation, here or on the line before."
    ),
    "- brand": 'my.yaml, line 1: this is not a list of settings. Write lines such as "key: value".',
    "just words": 'my.yaml, line 1: this is not a list of settings. Write lines such as "key: value".',
    "? [a]\n: b": "my.yaml, line 1: a key must be plain text. Put it between quotes.",
    "brand: &b {name: A}\npeople: *b": (
        "my.yaml, line 2: aliases (*name) are not read here. Write the value out again."
    ),
    "brand: {name: !secret A}": (
        "my.yaml, line 1: brand.name has a tag, !secret, and tags are not read here. Write the value alone."
    ),
    "brand:\n  name: a\x01b": ("my.yaml, line 2: there is a character that YAML does not allow. Remove it."),
    "{" * 5000: "my.yaml: this is nested too deeply. Write fewer levels.",
    b"brand:\n  name: Caf\xe9": "my.yaml, line 2: this is not UTF-8 text. Save the file as UTF-8.",
    "brand:\n  name: ${NAME}": (
        "my.yaml, line 2: brand.name asks for ${NAME}, which is not in the environment."
        " Set NAME, or NAME_FILE to a file that holds it."
    ),
    "brand:\n  name: ${my name}": (
        "my.yaml, line 2: brand.name has a broken reference, ${my name}."
        " Write ${NAME} with a variable's name, or $${ for the signs themselves."
    ),
}


@pytest.mark.parametrize("text", SENTENCES, ids=lambda text: repr(text)[:40])
def test_each_mistake_has_its_sentence(complaints: Complaints, text: str | bytes) -> None:
    assert complaints(text) == [SENTENCES[text]]


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file(complaints: Complaints) -> None:
    text = "brand: {name: 1}\naccounts:\n  a: {kind: robot, token: '${T}'}\n\nconsole: {prt: 1}\nbrand: {}"
    said = complaints(text, {"ANSWERABLE_DELIVERY__ATEMPTS": "2"})
    assert [line.split(":")[0] for line in said] == [
        "my.yaml, line 1",
        "my.yaml, line 3",
        "my.yaml, line 5",
        "my.yaml, line 6",
        "environment variable ANSWERABLE_DELIVERY__ATEMPTS",
    ]


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        (
            "ANSWERABLE_CONSLE__PORT",
            "1",
            'environment variable ANSWERABLE_CONSLE__PORT: unknown key "consle". Did you mean "console"?',
        ),
        (
            "ANSWERABLE_DATADIR",
            "x",
            'environment variable ANSWERABLE_DATADIR: unknown key "datadir". Did you mean "data_dir"?',
        ),
        (
            "ANSWERABLE_CONSOLE__PORT",
            "http",
            "environment variable ANSWERABLE_CONSOLE__PORT: console.port must be a whole number,"
            ' not "http". Write digits only.',
        ),
        (
            "ANSWERABLE_BRAND__NAME__FIRST",
            "x",
            "environment variable ANSWERABLE_BRAND__NAME__FIRST: brand.name is not a section,"
            " so that nothing can be set in it. Unset the variable, or mend the file.",
        ),
    ],
)
def test_a_mistake_in_the_environment_names_the_variable(
    complaints: Complaints, variable: str, value: str, sentence: str
) -> None:
    assert complaints("brand: {name: A}", {variable: value}) == [sentence]


def test_a_value_out_of_the_environment_is_never_repeated(complaints: Complaints) -> None:
    said = complaints("console: {port: '${P}'}\nledger: {url: 'postgres://me:hush@db/x'}", {"P": "hush"})
    assert len(said) == 2
    assert "hush" not in "".join(said)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"There is no file .*missing\.yaml\. Check the path\."):
        load(tmp_path / "missing.yaml", {})


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"is a folder, not a file\. Name the file in it\."):
        load(tmp_path, {})


@pytest.fixture
def unreadable(tmp_path: Path) -> Iterator[Path]:
    """A file that this user may not read, whoever runs the tests: root becomes somebody else."""
    file = tmp_path / "mine.yaml"
    file.touch(mode=0o000)
    before = os.geteuid()
    if before == 0:
        os.seteuid(65534)
    yield file
    if before == 0:
        os.seteuid(before)


def test_a_file_without_permission(unreadable: Path) -> None:
    with pytest.raises(ConfigError, match=r"may not be read by this user\. Change its permissions\."):
        load(unreadable, {})


@pytest.mark.parametrize("where", ["no/such/file", ".", "two\0parts"])
def test_a_secret_file_that_cannot_be_read(complaints: Complaints, where: str) -> None:
    (said,) = complaints("accounts: {a: {kind: robot, token: '${TOKEN}'}}", {"TOKEN_FILE": where})
    assert said.startswith(
        "my.yaml, line 1: accounts.a.token asks for ${TOKEN}, but TOKEN_FILE is of no use: "
    )


def robot_complaints(text: str, environ: Mapping[str, str]) -> list[str]:
    Path("my.yaml").write_text(text)
    with pytest.raises(ConfigError) as raised:
        options_for(load(Path("my.yaml"), environ).accounts["a"], RobotOptions)
    assert raised.value.__context__ is None
    return str(raised.value).splitlines()


def test_a_plug_ins_section_is_told_about_as_exactly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = """
accounts:
  a:
    kind: robot
    sped: ${SECRET}
    speed: ${SECRET}
    inner:
      pase: 1
    maybe: {paus: 2}
    nickname: Robert the robot
    rooms:
      - pause: 1
      - pauze: 2
"""
    assert robot_complaints(text, {"SECRET": "hush"}) == [
        'my.yaml, line 3: accounts.a.token is missing. Add a line "token: …".',
        'my.yaml, line 5: unknown key "sped" in accounts.a. Did you mean "speed"?',
        "my.yaml, line 6: accounts.a.speed must be a number. Write digits, with a point for decimals.",
        'my.yaml, line 8: unknown key "pase" in accounts.a.inner. Did you mean "pause"?',
        'my.yaml, line 9: unknown key "paus" in accounts.a.maybe. Did you mean "pause"?',
        "my.yaml, line 10: accounts.a.nickname must have at most 9 characters.",
        'my.yaml, line 13: unknown key "pauze" in accounts.a.rooms. Did you mean "pause"?',
    ]


def test_a_kind_that_no_plug_in_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("my.yaml").write_text("accounts:\n  a:\n    kind: lopback")
    error = unknown_kind(load(Path("my.yaml"), {}).accounts["a"], ["loopback", "exports"])
    assert str(error) == (
        'my.yaml, line 3: accounts.a.kind is "lopback", and there is no such kind. Did you mean "loopback"?'
    )


def test_a_section_made_by_hand_can_be_complained_about_too() -> None:
    with pytest.raises(ConfigError, match=r'the configuration: unknown key "tokn"'):
        options_for(RawSection("robot", {"tokn": 1, "token": "x"}), RobotOptions)


@given_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(st.one_of(st.binary(max_size=60), st.text("abcdn:{}[]-'\"#&*!|>%@${}?, \n\t0123456789", max_size=60)))
def test_whatever_the_file_holds_there_are_settings_or_a_sentence(
    tmp_path: Path, written: bytes | str
) -> None:
    file = tmp_path / "any.yaml"
    file.write_bytes(written if isinstance(written, bytes) else written.encode())
    try:
        load(file, {})
    except ConfigError as error:
        assert str(error).startswith(str(file))
