"""Replies from templates, in the brand's address, by what the comment is."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.domain.labels import INTENTS, Classification
from bot.domain.replies import Draft
from bot.ports import Occasion
from responders.library import ACKNOWLEDGEMENT, SITUATIONS, Library, load_library

ANSWERS = tuple(situation for situation in SITUATIONS if situation != ACKNOWLEDGEMENT)


class Options(BaseModel):
    """The brand's way of speaking."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    address: Literal["vous", "tu"] = Field(
        default="vous", description="How French replies address people; left out, as brand.address says."
    )
    signature: str = Field(default="", max_length=80, description="A line under each reply; empty: none.")
    folder: Path | None = Field(
        default=None,
        description="The folder of the brand's own templates, read from data_dir; they replace or join ours.",
    )


class Templated:
    """A Responder that has a template for each situation, or nothing to say."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def draft(self, occasion: Occasion) -> Draft | None:
        return self._library.draft(occasion, situation(occasion.classification), "templated")


def build(options: Options) -> Templated:
    """Read and check all templates once; ConfigError names what is wrong and where."""
    return Templated(
        load_library(ANSWERS, address=options.address, signature=options.signature, folder=options.folder)
    )


def situation(classification: Classification) -> str:
    """Which folder of templates suits: praise, complaint+question, other, unsure, and so on."""
    if classification.unsure:
        return "unsure"
    intents = [label.value for label in INTENTS if label in classification.labels]
    if len(intents) == len(INTENTS):
        intents.remove("praise")  # what went wrong and what is asked come before being pleased
    return "+".join(intents) or "other"
