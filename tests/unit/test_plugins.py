"""Plug-ins are found by name, ours and other people's, and one that does not work is in nobody's way."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

import adapters
import responders
from bot import classifiers, wiring
from bot.clock import ManualClock
from bot.domain.labels import Classification, Label
from bot.errors import ConfigError
from bot.plugins import PlugIn, PlugIns
from bot.ports import Occasion
from bot.settings import Settings, load
from bot.settings.explain import rows

SORTS: list[ModuleType] = [adapters, classifiers, responders]
SHIPPED = [pytest.param(sort, kind, id=f"{sort.__name__}-{kind}") for sort in SORTS for kind in sort.kinds()]
BROKEN = {
    "import nothing_of_that_name\n": "cannot be imported: No module named 'nothing_of_that_name'",
    "raise OSError\n": "cannot be imported: OSError",
    "raise ImportError('''\n\nIt is old.\nVery old.''')\n": "cannot be imported: It is old",
    "raise SystemExit('no')\n": "cannot be imported: no",
    "def broken(:\n": "cannot be imported: invalid syntax",
    "Options = build = None\n": "has no options model called Options, or no build",
    "from responders.templated import Options\n": "has no options model called Options, or no build",
}

Install = Callable[..., None]
Configure = Callable[[str], Settings]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Install a package of one module, ``house_voice``, as the plug-in ``house`` of a group."""

    def install(source: str, group: str = "answerable.responders") -> None:
        (tmp_path / "house_voice.py").write_text(source)
        info = tmp_path / "house_voice-1.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: house-voice\nVersion: 1\n")
        (info / "entry_points.txt").write_text(f"[{group}]\nhouse = house_voice\n")
        monkeypatch.syspath_prepend(tmp_path)
        monkeypatch.delitem(sys.modules, "house_voice", raising=False)

    return install


@pytest.fixture
def configured(tmp_path: Path) -> Configure:
    def configured(text: str) -> Settings:
        (tmp_path / "my.yaml").write_text(text, "utf-8")
        return load(tmp_path / "my.yaml", {})

    return configured


@pytest.fixture
def ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PlugIns[PlugIn]:
    """A package with a plug-in that works, one whose library is missing, and a helper."""
    package = tmp_path / "voices"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "plain.py").write_text("from responders.templated import Options, build\n")
    (package / "fancy.py").write_text("import nothing_of_that_name\n")
    (package / "helper.py").write_text("raise AssertionError('nobody asked')\n")
    monkeypatch.syspath_prepend(tmp_path)
    for name in ("voices", "voices.plain", "voices.fancy", "voices.helper"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    return PlugIns("voice", "voices", "answerable.voices", helpers=("helper",))


# Those that come with us.


@pytest.mark.parametrize(("sort", "kind"), SHIPPED)
def test_every_module_that_is_no_helper_is_a_plug_in(sort: ModuleType, kind: str) -> None:
    assert sort.load(kind).Options().model_config["extra"] == "forbid"


@pytest.mark.parametrize(("sort", "kind"), SHIPPED)
def test_every_option_is_described_in_a_sentence_and_has_a_type_in_words(sort: ModuleType, kind: str) -> None:
    for row in rows(sort.load(kind).Options):
        assert re.fullmatch(r"[A-Z].{8,}\.", row.description), row.path
        assert row.type not in ("", "value"), row.path


def test_listing_the_kinds_imports_none_of_them() -> None:
    program = (
        "import sys, adapters, responders\n"
        "from bot import classifiers\n"
        "sorts = (adapters, classifiers, responders)\n"
        "names = {f'{sort.__name__}.{kind}' for sort in sorts for kind in sort.kinds()}\n"
        "assert len(names) > 5\n"
        "print(*names & sys.modules.keys())\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("\n", "")


# A sort of plug-ins, whatever it is.


def test_a_module_whose_library_is_missing_is_in_nobodys_way(ours: PlugIns[PlugIn]) -> None:
    assert ours.kinds() == ["fancy", "plain"]
    assert ours.load("plain").Options().model_dump()["address"] == "vous"
    with pytest.raises(ConfigError) as caught:
        ours.load("fancy")
    problem = (
        """The voice "fancy" (voices.fancy) cannot be imported: No module named 'nothing_of_that_name'."""
    )
    assert caught.value.problem == problem
    assert caught.value.mend == "Install what it needs, or choose another voice."


@pytest.mark.parametrize(
    ("written", "mend"),
    [
        ("plian", 'Did you mean "plain"?'),
        ("Plain", 'Did you mean "plain"?'),
        ("helper", "There are: fancy, plain."),
        ("", "There are: fancy, plain."),
        ("../plain", 'Did you mean "plain"?'),
    ],
)
def test_an_unknown_kind_is_told_the_nearest_name(ours: PlugIns[PlugIn], written: str, mend: str) -> None:
    with pytest.raises(ConfigError) as caught:
        ours.load(written)
    assert caught.value.problem == f'There is no voice "{written}".'
    assert caught.value.mend == mend


# Those of other packages.


def test_an_installed_package_may_bring_one(install: Install, configured: Configure) -> None:
    install("from responders.templated import Options, build\n")
    assert "house" in responders.kinds()
    occasion = Occasion("m1", "…", "Zoé", Classification((Label.PRAISE,)), "fr", "Aurore")
    theirs = wiring.build_responder(configured("responder: {kind: house}\n"))
    assert theirs.draft(occasion) == wiring.build_responder(configured("")).draft(occasion)


def test_ours_stays_ours_when_a_package_takes_its_name(ours: PlugIns[PlugIn], tmp_path: Path) -> None:
    info = tmp_path / "usurper-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: usurper\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[answerable.voices]\nplain = nothing_of_that_name\n")
    assert ours.kinds() == ["fancy", "plain"]
    assert ours.load("plain").Options().model_dump()["address"] == "vous"


@pytest.mark.parametrize(("source", "said"), BROKEN.items())
def test_a_package_that_does_not_work_is_one_sentence(install: Install, source: str, said: str) -> None:
    install(source)
    assert "house" in responders.kinds()
    with pytest.raises(ConfigError) as caught:
        responders.load("house")
    assert caught.value.problem.startswith(f'The responder "house" (house_voice) {said}')
    assert caught.value.problem.count("\n") == 0
    assert caught.value.mend == "Install what it needs, or choose another responder."


# Their sections of the configuration.


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "responder:\n  kind: templatd\n",
            'my.yaml, line 2: responder.kind is "templatd", and there is no such kind.'
            ' Did you mean "templated"?',
        ),
        (
            "classifier:\n  kind: modle\n",
            'my.yaml, line 2: classifier.kind is "modle", and there is no such kind. Did you mean "model"?',
        ),
        (
            "responder:\n  kind: templated\n  adress: tu\n",
            'my.yaml, line 3: unknown key "adress" in responder. Did you mean "address"?',
        ),
        (
            "classifier:\n  kind: constant\n  labl: praise\n",
            'my.yaml, line 3: unknown key "labl" in classifier. Did you mean "label"?',
        ),
        (
            "accounts:\n  here:\n    kind: lopback\n",
            'my.yaml, line 3: accounts.here.kind is "lopback", and there is no such kind.'
            ' Did you mean "loopback"?',
        ),
        (
            "accounts:\n  here:\n    kind: loopback\n    scrpt: lumen\n",
            'my.yaml, line 4: unknown key "scrpt" in accounts.here. Did you mean "script"?',
        ),
    ],
)
def test_a_mistake_is_told_with_its_line_and_the_nearest_name(
    configured: Configure, text: str, sentence: str
) -> None:
    settings = configured(text)
    with pytest.raises(ConfigError) as caught:
        wiring.build_responder(settings)
        wiring.build_classifier(settings)
        wiring.build_adapter(settings, "here", ManualClock())
    assert str(caught.value).endswith(sentence)


@pytest.mark.parametrize(
    ("written", "address"), [("", "tu"), (", address: ", "tu"), (", address: vous", "vous")]
)
def test_replies_speak_as_the_brand_does_unless_their_section_says_otherwise(
    configured: Configure, tmp_path: Path, written: str, address: str
) -> None:
    mine = tmp_path / "data" / "voice" / "xx" / "praise"  # a language in which nobody else speaks
    mine.mkdir(parents=True)
    for mark in ("vous", "tu"):
        (mine / f"ours.{mark}.j2").write_text(mark)
    section = f"responder: {{kind: templated, folder: voice{written}}}\n"
    responder = wiring.build_responder(configured("brand: {address: tu}\n" + section))
    draft = responder.draft(Occasion("m1", "…", "", Classification((Label.PRAISE,)), "xx", ""))
    assert draft is not None
    assert draft.text == address


def test_a_responder_of_other_people_needs_no_address(install: Install, configured: Configure) -> None:
    install(
        "from pydantic import BaseModel\n"
        "class Options(BaseModel, extra='forbid'): pass\n"
        "def build(options): return options\n"
    )
    built: Any = wiring.build_responder(configured("brand: {address: tu}\nresponder: {kind: house}\n"))
    assert vars(built) == {}


@pytest.mark.parametrize(
    ("written", "read"),
    [("mine/words", "data/mine/words"), ("/srv/words", "/srv/words"), ("~/words", "home/words")],
)
def test_a_relative_path_is_taken_from_the_data_directory(
    install: Install,
    configured: Configure,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    written: str,
    read: str,
) -> None:
    install(
        "from pathlib import Path\n"
        "from pydantic import BaseModel\n"
        "class Options(BaseModel, extra='forbid'): place: Path | None = None\n"
        "def build(options): return options\n"
    )
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    built: Any = wiring.build_responder(configured(f"responder: {{kind: house, place: {written}}}\n"))
    assert built.place == tmp_path.resolve() / read
    unset: Any = wiring.build_responder(configured("responder: {kind: house}\n"))
    assert unset.place is None


def test_approved_replies_are_handed_out_in_the_data_directory(configured: Configure, tmp_path: Path) -> None:
    built: Any = wiring.build_adapter(configured(""), "exports", ManualClock())
    assert built.handout == tmp_path.resolve() / "data" / "replies.jsonl"


# What `config explain` says of them.


def test_the_explanation_has_the_options_of_every_plug_in() -> None:
    text = wiring.explain_settings()
    for sort in SORTS:
        for kind in sort.kinds():
            for row in rows(sort.load(kind).Options):
                assert f"# For kind {kind}: {row.description}\n" in text
    assert yaml.safe_load(text)["responder"] == {"kind": "templated"}


def test_the_explanation_says_which_plug_in_cannot_be_explained(install: Install) -> None:
    whole = wiring.explain_settings()
    install("import nothing_of_that_name\n")
    text = wiring.explain_settings()
    assert text.startswith(whole)
    assert text.removeprefix(whole).startswith('# The responder "house" (house_voice) cannot be imported: ')
    assert yaml.safe_load(text) == yaml.safe_load(whole)
