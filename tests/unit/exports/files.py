"""How the tests of this folder read what they wrote."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from adapters.exports import Export, Hints, Reject, open_export
from bot.domain.mention import Post

TODAY = datetime(2026, 6, 1, tzinfo=UTC)


def written(folder: Path, content: str | bytes, name: str = "export.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(content.encode(encoding) if isinstance(content, str) else content)
    return path


def opened(
    path: Path,
    *,
    us: Collection[str] = (),
    mapping: Mapping[str, str] | None = None,
    network: str = "",
    zone: tzinfo = UTC,
    encoding: str = "",
) -> Export:
    return open_export(
        path,
        Hints(undated=TODAY, us=us, mapping=mapping or {}, network=network, zone=zone, encoding=encoding),
    )


def posts(export: Export) -> list[Post]:
    return [entry for entry in export.read() if isinstance(entry, Post)]


def rejects(export: Export) -> list[Reject]:
    return [entry for entry in export.read() if isinstance(entry, Reject)]


def texts(export: Export) -> list[str]:
    return [post.text for post in posts(export)]
