"""The configuration: one typed model, a YAML file, the environment, and sentences when it is wrong."""

from bot.settings.explain import explain, table
from bot.settings.loading import DEFAULT_FILE, load
from bot.settings.model import (
    BrandSettings,
    ConsoleSettings,
    DeliverySettings,
    LedgerSettings,
    LogFormat,
    LoggingSettings,
    LogLevel,
    PatienceSettings,
    PersonSettings,
    PolicySettings,
    Settings,
)
from bot.settings.sections import RawSection, options_for, unknown_kind

__all__ = [
    "DEFAULT_FILE",
    "BrandSettings",
    "ConsoleSettings",
    "DeliverySettings",
    "LedgerSettings",
    "LogFormat",
    "LogLevel",
    "LoggingSettings",
    "PatienceSettings",
    "PersonSettings",
    "PolicySettings",
    "RawSection",
    "Settings",
    "explain",
    "load",
    "options_for",
    "table",
    "unknown_kind",
]
