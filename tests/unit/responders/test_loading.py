"""Responders are found by name, and a wrong name or option is answered with the near one."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import ConfigError
from responders import kinds, load
from tests.unit.responders.occasions import occasion


def test_the_kinds_are_found_by_name() -> None:
    assert {"acknowledging", "templated"} <= set(kinds())
    assert not {"library", "names", "rendering"} & set(kinds())


@pytest.mark.parametrize("wrong", ["templatd", "Templated", "library"])
def test_an_unknown_kind_names_those_that_there_are(wrong: str) -> None:
    with pytest.raises(ConfigError, match="templated") as caught:
        load(wrong, {})
    assert caught.value.problem == f"There is no responder of kind {wrong!r}."


def test_an_unknown_option_names_the_nearest() -> None:
    with pytest.raises(ConfigError) as caught:
        load("templated", {"adress": "tu"})
    assert str(caught.value) == "The responder 'templated' has no option 'adress'. Did you mean 'address'?"


def test_a_wrong_option_says_what_it_may_be() -> None:
    with pytest.raises(
        ConfigError, match=r"The option 'address' of the responder 'templated' is wrong.*'vous' or 'tu'"
    ):
        load("templated", {"address": "Sie"})


def install(folder: Path, module: str) -> None:
    (folder / "house_voice.py").write_text(module)
    info = folder / "house_voice-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: house-voice\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[answerable.responders]\nhouse = house_voice\n")


def test_an_installed_package_may_bring_a_responder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, "from responders.templated import Options, build\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert "house" in kinds()
    assert load("house", {}).draft(occasion()) == load("templated", {}).draft(occasion())


@pytest.mark.parametrize("module", ["import nothing_of_that_name\n", "Options = None\n", "raise OSError\n"])
def test_a_package_that_does_not_work_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    install(tmp_path, module)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(__import__("sys").modules, "house_voice", raising=False)
    with pytest.raises(ConfigError, match=r"The responder 'house' \(house_voice\)"):
        load("house", {})
