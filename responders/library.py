"""The templates of a brand by language and situation, and the choice among them.

templates/<language>/<situation>/<variant>.j2          speaks to nobody in particular
templates/<language>/<situation>/<variant>.vous.j2     the formal address
templates/<language>/<situation>/<variant>.tu.j2       the familiar address
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from hashlib import blake2b
from pathlib import Path

import structlog
from jinja2 import Template

from bot.domain.replies import Draft
from bot.errors import ConfigError
from bot.ports import Occasion
from responders.names import first_name
from responders.rendering import compile_template, environment

SHIPPED = Path(__file__).parent / "templates"
ADDRESSES = ("vous", "tu")
ACKNOWLEDGEMENT = "acknowledgement"
SITUATIONS = (
    "praise",
    "complaint",
    "question",
    "praise+question",
    "praise+complaint",
    "complaint+question",
    "other",
    "unsure",
    ACKNOWLEDGEMENT,
)
LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")
SUFFIX = ".j2"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to say it. ``id`` is language/situation/variant."""

    id: str
    template: Template


@dataclass(frozen=True, slots=True)
class Library:
    """Compiled templates; drafting from them reads nothing and never raises."""

    variants: Mapping[tuple[str, str], Sequence[Variant]]
    signature: str

    def draft(self, occasion: Occasion, situation: str, responder: str) -> Draft | None:
        """The first variant in the occasion's order that has something to say, or None."""
        language, variants = self._for(occasion.language, situation)
        for variant in in_order(variants, occasion):
            text = _render(variant, occasion)
            if text:
                signed = f"{text}\n{self.signature}" if self.signature else text
                return Draft(signed, language, responder, variant.id)
        return None

    def _for(self, language: str, situation: str) -> tuple[str, Sequence[Variant]]:
        exact = language.lower()
        primary = exact.split("-")[0]
        chosen = exact if (exact, situation) in self.variants else primary
        return chosen, self.variants.get((chosen, situation), ())


def load_library(
    situations: Collection[str], *, address: str, signature: str = "", folder: Path | None = None
) -> Library:
    """Our templates for these situations; the brand's own from ``folder`` replace them or join them.

    ConfigError names the file and the line of whatever cannot be used.
    """
    paths = find(SHIPPED, address)
    if folder is not None:
        if not folder.is_dir():
            raise ConfigError(
                f"There is no folder {folder} with templates.", "Make it, or leave `folder` out."
            )
        paths |= find(folder, address)
    env = environment()
    variants: dict[tuple[str, str], list[Variant]] = {}
    for template_id, path in sorted(paths.items()):
        language, situation, _ = template_id.split("/")
        source = _read(path) if situation in situations else ""
        if source.strip():  # an empty file takes a variant out
            template = compile_template(env, source, path, language)
            variants.setdefault((language, situation), []).append(Variant(template_id, template))
    return Library(variants, signature.strip())


def find(root: Path, address: str) -> dict[str, Path]:
    """The template files under ``root`` that suit this address, by template id."""
    general: dict[str, Path] = {}
    addressed: dict[str, Path] = {}
    for path in _files(root):
        language, situation, name = _parts(root, path)
        variant, _, mark = name.partition(".")
        if not mark:
            general[f"{language}/{situation}/{variant}"] = path
        elif mark == address:
            addressed[f"{language}/{situation}/{variant}"] = path
    return general | addressed


def in_order(variants: Sequence[Variant], occasion: Occasion) -> Iterator[Variant]:
    """The same order for the same mention: the new ones first, then those used longest ago."""
    if not variants:
        return
    seed = blake2b(occasion.mention_id.encode("utf-8", "replace"), digest_size=8).digest()
    start = int.from_bytes(seed) % len(variants)
    turned = [*variants[start:], *variants[:start]]
    last_used = {template_id: place for place, template_id in enumerate(occasion.avoid)}
    yield from sorted(turned, key=lambda variant: last_used.get(variant.id, -1))


def _render(variant: Variant, occasion: Occasion) -> str:
    try:
        return variant.template.render(
            author=first_name(occasion.author_name), brand=occasion.brand.strip()
        ).strip()
    except Exception as error:  # noqa: BLE001  one bad template must not keep the others from speaking
        log.warning("template failed", template=variant.id, error=repr(error))
        return ""


def _files(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob(f"*{SUFFIX}") if not path.name.startswith("."))


def _parts(root: Path, path: Path) -> tuple[str, str, str]:
    parts = path.relative_to(root).parts
    if len(parts) != 3 or not LANGUAGE.fullmatch(parts[0]):
        raise ConfigError(
            f"The template {path} is in the wrong place.",
            "It belongs in <language>/<situation>/, say fr/praise/.",
        )
    language, situation, file_name = parts
    if situation not in SITUATIONS:
        near = get_close_matches(situation, SITUATIONS, n=1)
        mend = f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(SITUATIONS)}."
        raise ConfigError(f"The template {path} is for an unknown situation, {situation!r}.", mend)
    name = file_name.removesuffix(SUFFIX)
    mark = name.partition(".")[2]
    if mark and mark not in ADDRESSES:
        raise ConfigError(
            f"The template {path} is marked {mark!r}.", "A mark is vous or tu, or there is none."
        )
    return language, situation, name


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ConfigError(
            f"{path}, line {line}: this is not UTF-8 text.", "Save the file as UTF-8."
        ) from None
    except OSError as error:
        raise ConfigError(f"The template {path} cannot be read: {error.strerror}.") from None
