"""Keep the pieces of the vocabulary that our languages use.

Pieces are ranked by how often they come up when frequent words of each language (wordfreq's lists,
used for ranking only) and our own corpus are cut into pieces. Every Latin letter, digit, mark and emoji
that the vocabulary has stays, so that nothing people type here becomes unknown.
"""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from tokenizers import Tokenizer
from wordfreq import top_n_list, word_frequency

SPECIALS = 4  # <s> <pad> </s> <unk>, with these ids in the vocabulary we start from
LANGUAGES = {"fr": 80_000, "en": 80_000, "es": 15_000, "de": 15_000, "it": 15_000, "pt": 15_000, "nl": 15_000}
"""How many of the most frequent words of each language count."""
PRODUCTS = [
    *["iPhone", "iPad", "Android", "Samsung", "Galaxy", "Pixel", "Huawei", "Xiaomi"],
    *["Windows", "Bluetooth", "WiFi", "USB", "WhatsApp", "Telegram", "Discord", "Slack"],
    *["Facebook", "Instagram", "TikTok", "YouTube", "Twitter", "LinkedIn", "PayPal", "Visa"],
    *["Mastercard", "Google", "Apple", "Microsoft", "Amazon", "Netflix", "Spotify", "Twitch"],
    *["Steam", "PlayStation", "Xbox", "Garmin", "Fitbit", "Uber", "SMS", "PDF"],
    *["GPS", "VPN", "QR", "SIM"],
]
"""Names that people type to any brand."""


def kept_ids(tokenizer: Tokenizer, corpus: Iterable[str], size: int) -> list[int]:
    """The ids that stay, ascending, ``size`` of them."""
    pieces = {index: piece for piece, index in tokenizer.get_vocab().items()}
    always = {*range(SPECIALS)} | {index for index, piece in pieces.items() if _is_basic(piece)}
    ranked = [index for index, _ in _weights(tokenizer, corpus).most_common() if index not in always]
    return sorted([*always, *ranked[: size - len(always)]])


def _is_basic(piece: str) -> bool:
    """One character (with or without the mark of a word's beginning) that we cannot do without."""
    character = piece.removeprefix("▁")
    if len(character) > 1 and all(
        unicodedata.category(each) in ("So", "Sk", "Mn", "Cf") for each in character
    ):
        return True
    if len(character) != 1:
        return piece == "▁"
    category = unicodedata.category(character)
    return (
        "LATIN" in unicodedata.name(character, "")
        or (category[0] in "NPSZ" and ord(character) < 0x2E80)
        or category == "So"
    )


def _weights(tokenizer: Tokenizer, corpus: Iterable[str]) -> Counter[int]:
    weights: Counter[int] = Counter()
    for text, weight in _weighed(corpus):
        for index in tokenizer.encode(text, add_special_tokens=False).ids:
            weights[index] += weight
    return weights


def _weighed(corpus: Iterable[str]) -> Iterator[tuple[str, float]]:
    """Words with how often they are said, capitalised and shouted too; then our own comments."""
    for language, count in LANGUAGES.items():
        share = 1.0 if language in ("fr", "en") else 0.2
        for word in top_n_list(language, count):
            weight = share * word_frequency(word, language)
            yield word, weight
            yield from ((form, weight / 10) for form in {word.capitalize(), word.upper()} - {word})
    yield from ((product, 1e-4) for product in PRODUCTS)
    yield from ((text, 2e-7) for text in corpus)  # the weight of a word said five times in a million


def pruned(tokenizer: Tokenizer, keep: list[int]) -> Tokenizer:
    """The same tokenizer with only these pieces, renumbered in their order."""
    description: dict[str, Any] = json.loads(tokenizer.to_str())
    vocabulary = description["model"]["vocab"]
    description["model"]["vocab"] = [vocabulary[index] for index in keep]
    description["added_tokens"] = [token for token in description["added_tokens"] if token["id"] < SPECIALS]
    return Tokenizer.from_str(json.dumps(description))
