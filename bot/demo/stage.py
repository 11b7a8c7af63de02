"""The settings of the demonstration: an invented brand, nothing trusted, everything on this machine."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Literal

from bot.domain.labels import Label
from bot.domain.people import Agreement, Role
from bot.settings import (
    BrandSettings,
    ConsoleSettings,
    DeliverySettings,
    LoggingSettings,
    LogLevel,
    PersonSettings,
    PolicySettings,
    RawSection,
    Settings,
)

ACCOUNT = "lounge"
BRAND = "Maison Lumen"


def demo_settings(
    data_dir: Path, *, language: Literal["en", "fr"], port: int, played_at_once: bool
) -> Settings:
    """A community at human speed that goes on listening; or one that is played at once, to its end."""
    pace = {"pace": "full", "live": False} if played_at_once else {"pace": "human", "live": True}
    return Settings(
        brand=BrandSettings(name=BRAND, language=language),
        accounts={ACCOUNT: RawSection("loopback", {"script": "lumen", "journal": "platform.jsonl", **pace})},
        people={
            "Camille": PersonSettings(role=Role.OWNER, agreement=Agreement.FEMININE, languages=("fr", "en"))
        },
        policy=PolicySettings(dismiss=(Label.OTHER,)),
        delivery=DeliverySettings(undo_window=timedelta(seconds=5)),
        data_dir=data_dir,
        console=ConsoleSettings(port=port),
        logging=LoggingSettings(level=LogLevel.WARNING),
    )
