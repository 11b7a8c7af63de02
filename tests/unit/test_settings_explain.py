"""Every setting is explained, and what is explained is true."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from bot.settings import Settings, explain, load, table
from bot.settings.explain import rows

GUIDE = Path(__file__).parents[2] / "docs" / "configuration.md"


class RobotOptions(BaseModel):
    """A plug-in's own section."""

    model_config = ConfigDict(extra="forbid")

    token: SecretStr = Field(description="What the platform gave you.")
    pause: timedelta = Field(default=timedelta(seconds=90), description="Between two messages.")
    start: str | None = Field(default=None, description="Where to begin.")


def keys(block: dict[str, object], path: str = "") -> Iterator[str]:
    for key, value in block.items():
        yield f"{path}{key}"
        if isinstance(value, dict):
            yield from keys(value, f"{path}{key}.")


def uncommented(text: str) -> str:
    """What the explanation becomes when a reader uses all of it."""
    return re.sub(r"^# (?= )", "", text, flags=re.MULTILINE)


def test_every_setting_has_a_description_that_is_a_sentence() -> None:
    for row in rows(Settings):
        assert re.fullmatch(r"\S.{8,}\.", row.description), ".".join(row.path)


def test_every_setting_has_a_type_in_words() -> None:
    assert not [row.path for row in rows(Settings) if row.type in ("", "value")]


def test_the_explanation_is_valid_and_says_the_defaults(tmp_path: Path) -> None:
    (tmp_path / "explained.yaml").write_text(explain(), "utf-8")
    (tmp_path / "empty.yaml").touch()
    assert load(tmp_path / "explained.yaml", {}) == load(tmp_path / "empty.yaml", {})


def test_the_explanation_is_valid_with_its_examples_too(tmp_path: Path) -> None:
    (tmp_path / "explained.yaml").write_text(uncommented(explain()), "utf-8")
    settings = load(tmp_path / "explained.yaml", {})
    assert list(settings.accounts) == ["<name>"]
    assert list(settings.people) == ["<name>"]


def test_the_explanation_has_every_key_with_its_variable() -> None:
    text = explain()
    assert set(keys(yaml.safe_load(uncommented(text)))) == {".".join(row.path) for row in rows(Settings)}
    assert "# whole number; default: 8765; ANSWERABLE_CONSOLE__PORT\n  port: 8765\n" in text
    assert "# duration; default: 15s; ANSWERABLE_DELIVERY__UNDO_WINDOW\n  undo_window: 15s\n" in text
    assert "# reader, replier, lead, owner; must be set; ANSWERABLE_PEOPLE__<NAME>__ROLE\n" in text


def test_the_variables_of_the_explanation_set_what_they_say(tmp_path: Path) -> None:
    (tmp_path / "empty.yaml").touch()
    environ = {
        row.variable: row.default.strip('"')
        for row in rows(Settings)
        if row.default is not None and "<name>" not in row.path
    }
    assert len(environ) > 15
    assert load(tmp_path / "empty.yaml", environ) == load(tmp_path / "empty.yaml", {})


def test_plug_ins_are_explained_with_their_kind() -> None:
    text = explain(plugins={"accounts": {"robot": RobotOptions}, "responder": {"robot": RobotOptions}})
    assert (
        "#     # For kind robot: What the platform gave you.\n"
        "#     # secret text; must be set; ANSWERABLE_ACCOUNTS__<NAME>__TOKEN\n"
        "#     token:\n"
        "#     # For kind robot: Between two messages.\n"
        "#     # duration; default: 90s; ANSWERABLE_ACCOUNTS__<NAME>__PAUSE\n"
        "#     pause: 90s\n"
        "#     # For kind robot: Where to begin.\n"
        "#     # text; default: none; ANSWERABLE_ACCOUNTS__<NAME>__START\n"
        "#     start:\n"
    ) in text
    assert "ANSWERABLE_RESPONDER__PAUSE\n#   pause: 90s\n" in text
    assert yaml.safe_load(text) == yaml.safe_load(explain())


def test_the_guide_has_the_current_table() -> None:
    assert table() in GUIDE.read_text("utf-8"), (
        'write it again: python -c "from bot.settings import table; print(table())"'
    )
