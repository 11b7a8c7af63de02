"""What an operator writes is what the service gets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError

from bot.domain.labels import Label
from bot.domain.people import Agreement, Role
from bot.domain.policy import Policy
from bot.domain.sla import Patience
from bot.settings import LogLevel, Settings, load, options_for

ROOT = Path(__file__).parents[2]
Load = Callable[..., Settings]


class RobotOptions(BaseModel):
    """A plug-in's own section."""

    model_config = ConfigDict(extra="forbid")

    token: SecretStr
    speed: float = 1.0
    rooms: tuple[str, ...] = ()


@pytest.fixture
def settings(tmp_path: Path) -> Load:
    def read(text: str, environ: Mapping[str, str] | None = None) -> Settings:
        file = tmp_path / "answerable.yaml"
        file.write_text(text, "utf-8")
        return load(file, environ or {})

    return read


def test_without_a_file_everything_has_a_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load(None, {})
    assert settings.brand.name == "Our brand"
    assert settings.console.host == "127.0.0.1"
    assert settings.delivery.undo_window == timedelta(seconds=15)
    assert settings.classifier.kind == "model"
    assert settings.responder.kind == "templated"
    assert settings.data_dir == tmp_path / "data"
    assert settings.ledger_file == tmp_path / "data" / "answerable.db"


def test_on_day_one_nothing_happens_without_a_person(settings: Load) -> None:
    assert settings("").policy.to_domain() == Policy(frozenset(), frozenset())


def test_answerable_yaml_is_found_where_one_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "answerable.yaml").write_text("brand: {name: Maison Lumen}")
    monkeypatch.chdir(tmp_path)
    assert load(None, {}).brand.name == "Maison Lumen"


def test_the_example_is_short_and_loads() -> None:
    example = ROOT / "config.example.yaml"
    settings = load(example, {})
    assert settings.accounts["lounge"].kind == "loopback"
    assert settings.people["Camille"].agreement is Agreement.FEMININE
    assert len(example.read_text("utf-8").splitlines()) <= 25


def test_with_nobody_named_there_is_one_owner(settings: Load) -> None:
    for text in ("", "people:", "people: {}"):
        assert {name: person.role for name, person in settings(text).people.items()} == {"Owner": Role.OWNER}


def test_people_have_ids_on_platforms_with_or_without_quotes(settings: Load) -> None:
    person = settings('people: {Zoé: {role: lead, identities: {telegram: 123, slack: "U0"}}}').people["Zoé"]
    assert dict(person.identities) == {"telegram": "123", "slack": "U0"}


def test_waits_become_the_patience_that_deadlines_use(settings: Load) -> None:
    assert settings("").patience.to_domain() == Patience()
    hurried = settings("patience: {review: 30m}").patience.to_domain()
    assert hurried == Patience(review=timedelta(minutes=30))


def test_rules_become_the_policy_that_triage_uses(settings: Load) -> None:
    policy = settings("policy: {dismiss: [other], trusted_templates: [en/praise/sun]}").policy.to_domain()
    assert policy == Policy(frozenset({Label.OTHER}), frozenset({"en/praise/sun"}))


def test_a_blank_means_the_default(settings: Load) -> None:
    assert settings("console:\n  port:\nbrand:\n").console.port == 8765


def test_data_lies_beside_the_configuration_wherever_one_is(settings: Load, tmp_path: Path) -> None:
    assert settings("data_dir: kept").data_dir == tmp_path / "kept"
    assert settings("data_dir: /srv/kept").data_dir == Path("/srv/kept")
    assert settings("ledger: {url: sqlite:///other.db}").ledger_file == tmp_path / "data" / "other.db"
    assert settings("ledger: {url: sqlite:////srv/other.db}").ledger_file == Path("/srv/other.db")


def test_norwegian_is_a_language(settings: Load) -> None:
    assert settings("people: {Kari: {role: reader, languages: [no, nb-NO]}}").people["Kari"].languages == (
        "no",
        "nb-NO",
    )


def test_a_byte_order_mark_is_no_part_of_the_first_key(settings: Load) -> None:
    assert settings("\ufeffbrand: {name: Élan}").brand.name == "Élan"


def test_settings_do_not_change_once_read(settings: Load) -> None:
    with pytest.raises(ValidationError):
        settings("").console.port = 1


def test_the_environment_comes_before_the_file(settings: Load) -> None:
    environ = {
        "ANSWERABLE_CONSOLE__PORT": "0",
        "ANSWERABLE_DELIVERY__UNDO_WINDOW": "2m",
        "ANSWERABLE_LOGGING__LEVEL": "debug",
        "ANSWERABLE_POLICY__DISMISS": "[other, praise]",
        "ANSWERABLE_DATA_DIR": "/srv/data",
        "ANSWERABLE_BRAND__NAME": "",
    }
    read = settings("console: {port: 80}\nbrand: {name: File}", environ)
    assert read.console.port == 0
    assert read.delivery.undo_window == timedelta(minutes=2)
    assert read.logging.level is LogLevel.DEBUG
    assert read.policy.dismiss == (Label.OTHER, Label.PRAISE)
    assert read.data_dir == Path("/srv/data")
    assert read.brand.name == "Our brand"


def test_the_environment_reaches_names_with_capitals_hyphens_and_spaces(settings: Load) -> None:
    text = "people: {Anne Lise: {role: reader}}\naccounts: {main-room: {kind: robot, speed: 1}}"
    environ = {
        "ANSWERABLE_PEOPLE__ANNE_LISE__ROLE": "lead",
        "ANSWERABLE_ACCOUNTS__MAIN_ROOM__SPEED": "7",
        "ANSWERABLE_ACCOUNTS__NEW__KIND": "loopback",
    }
    read = settings(text, environ)
    assert read.people["Anne Lise"].role is Role.LEAD
    assert read.accounts["main-room"].options == {"speed": "7"}
    assert read.accounts["new"].kind == "loopback"


def test_variables_that_a_container_platform_injects_are_not_settings(settings: Load) -> None:
    environ = {"ANSWERABLE_SERVICE_HOST": "10.0.0.1", "ANSWERABLE_PORT": "tcp://10.0.0.1:80", "PORT": "1"}
    assert settings("", environ) == settings("")


def test_a_secret_comes_from_a_variable(settings: Load) -> None:
    read = settings("accounts: {a: {kind: robot, token: 'bot${TOKEN}'}}", {"TOKEN": "hush"})
    assert options_for(read.accounts["a"], RobotOptions).token.get_secret_value() == "bothush"


@pytest.mark.parametrize("ending", ["", "\n", "\r\n"])
def test_a_secret_comes_from_a_file(settings: Load, tmp_path: Path, ending: str) -> None:
    (tmp_path / "token").write_bytes(b"hush " + ending.encode())
    read = settings(
        "accounts: {a: {kind: robot, token: '${TOKEN}'}}", {"TOKEN_FILE": str(tmp_path / "token")}
    )
    assert options_for(read.accounts["a"], RobotOptions).token.get_secret_value() == "hush "


def test_two_dollar_signs_are_one_that_means_itself(settings: Load) -> None:
    assert settings("brand: {name: 'Cash $${NOW} $5'}").brand.name == "Cash ${NOW} $5"


def test_a_plug_in_reads_its_own_section(settings: Load) -> None:
    read = settings("accounts: {a: {kind: robot, token: t, speed: 2, rooms: [x, y]}}")
    assert options_for(read.accounts["a"], RobotOptions) == RobotOptions(
        token=SecretStr("t"), speed=2, rooms=("x", "y")
    )


def test_secrets_are_not_in_what_settings_look_like(settings: Load) -> None:
    text = "accounts: {a: {kind: robot, token: '${TOKEN}', deep: {er: ['${TOKEN}']}}}\nledger: {url: '${DB}'}"
    read = settings(text, {"TOKEN": "hush", "DB": "sqlite:///hush.db"})
    for shown in (repr(read), str(read), repr(read.accounts["a"]), f"{read.accounts}"):
        assert "hush" not in shown
