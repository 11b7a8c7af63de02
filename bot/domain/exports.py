"""Comments on their way out of the product, for spreadsheets and other programs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ExportRow:
    """One comment and what became of it. The fields are written in this order and under these names."""

    id: str
    text: str
    language: str
    labels: tuple[str, ...]
    confidence: float | None
    suggested_reply: str
    state: str
    reply: str = ""
    network: str = ""
    author: str = ""
    date: datetime | None = None
