"""The plug-ins that the configuration names: adapters, the classifier, the responder."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from pydantic import BaseModel

import adapters
import responders
from bot import classifiers
from bot.clock import Clock
from bot.errors import ConfigError
from bot.ports import Adapter, AdapterContext, Classifier, Responder
from bot.settings import RawSection, Settings, explain, options_for, unknown_kind

EXPORTS = "exports"


def account_sections(settings: Settings) -> dict[str, RawSection]:
    """The configured accounts, and always one that imported comments belong to. Raises ConfigError."""
    if any(section.kind == EXPORTS for section in settings.accounts.values()):
        return dict(settings.accounts)
    if EXPORTS in settings.accounts:
        raise ConfigError(
            f"The account {EXPORTS} is not of the kind {EXPORTS}.",
            "Give it another name: imported comments belong to an account of this name and kind.",
        )
    return {**settings.accounts, EXPORTS: RawSection(EXPORTS)}


def build_responder(settings: Settings) -> Responder:
    """What suggests the replies, in the brand's address unless its own section says another.

    Raises ConfigError.
    """
    section = settings.responder
    _require_known(section, responders.kinds())
    plug_in = responders.load(section.kind)
    options = _options(settings, section, plug_in.Options)
    if "address" in plug_in.Options.model_fields and "address" not in options.model_fields_set:
        options = options.model_copy(update={"address": settings.brand.address})
    return plug_in.build(options)


def build_classifier(settings: Settings) -> Classifier:
    """What reads the comments. Raises ConfigError or ClassifierUnusable."""
    section = settings.classifier
    _require_known(section, classifiers.kinds())
    plug_in = classifiers.load(section.kind)
    return plug_in.build(_options(settings, section, plug_in.Options))


def build_adapter(settings: Settings, name: str, clock: Clock) -> Adapter:
    """The connection of one account. Raises ConfigError."""
    section = account_sections(settings)[name]
    _require_known(section, adapters.kinds())
    plug_in = adapters.load(section.kind)
    context = AdapterContext(clock, settings.data_dir)
    return plug_in.build(name, _options(settings, section, plug_in.Options), context)


def _require_known(section: RawSection, kinds: Collection[str]) -> None:
    if section.kind not in kinds:
        raise unknown_kind(section, kinds)


def _options(settings: Settings, section: RawSection, model: type[BaseModel]) -> BaseModel:
    """The section as the plug-in's own model; a relative path in it is taken from the data directory."""
    options = options_for(section, model)
    paths = {key: settings.data_dir / value.expanduser() for key, value in options if isinstance(value, Path)}
    return options.model_copy(update=paths)


def explain_settings() -> str:
    """Every setting, those of the plug-ins too, as commented YAML.

    A plug-in that cannot be imported is named at the end, and hides none of the others.
    """
    models: dict[str, dict[str, type[BaseModel]]] = {}
    unusable = ""
    for section, sort in (("accounts", adapters), ("classifier", classifiers), ("responder", responders)):
        models[section] = {}
        for kind in sort.kinds():
            try:
                models[section][kind] = sort.load(kind).Options
            except ConfigError as error:
                unusable += f"# {error}\n"
    return explain(Settings, models) + unusable
