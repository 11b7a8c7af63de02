"""What moved since a page was shown: shown to who decided on it, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from enum import StrEnum

from bot.ledger.queries.conversation import Said
from bot.ledger.queries.mention import Mention

MOST_WORDS = 2_000  # comparing is quadratic at worst; longer texts are shown whole


class Piece(StrEnum):
    """What became of some words."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


Difference = tuple[tuple[Piece, str], ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything that is not as it was shown."""

    comment: Difference
    draft: Difference
    said: tuple[Said, ...]


def since(mention: Mention, shown_at: datetime, shown_draft: int) -> Changes:
    """What changed in the mention, its draft and its conversation since that moment."""
    replaced = [one.text for one in mention.earlier_texts if one.replaced_at >= shown_at]
    drafts = {draft.revision: draft.text for draft in mention.drafts}
    newest = mention.draft
    redrafted = newest is not None and newest.revision != shown_draft
    return Changes(
        comment=compared(replaced[-1], mention.text) if replaced else (),
        draft=compared(drafts.get(shown_draft, ""), newest.text) if newest and redrafted else (),
        said=tuple(
            one
            for one in mention.conversation
            if one.at >= shown_at and one.mention_id != mention.item.id and (one.ours or one.same_author)
        ),
    )


def compared(old: str, new: str) -> Difference:
    """Both texts as one, with the words that went and the words that came."""
    before, after = _words(old), _words(new)
    if max(len(before), len(after)) > MOST_WORDS:
        return ((Piece.GONE, old), (Piece.NEW, new))
    return tuple(_pieces(before, after))


def _pieces(before: list[str], after: list[str]) -> Iterator[tuple[Piece, str]]:
    """Blanks between changed words belong to the change: whole phrases read better than scraps."""
    gone = new = blanks = ""
    for kind, i, j, k, n in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        same = "".join(before[i:j]) if kind == "equal" else ""
        if kind != "equal":
            gone += blanks + "".join(before[i:j])
            new += blanks + "".join(after[k:n])
            blanks = ""
        elif (gone or new) and same.isspace() and j < len(before):
            blanks = same
        else:
            yield from _changed(gone, new)
            gone = new = ""
            yield Piece.SAME, same
    yield from _changed(gone, new)


def _changed(gone: str, new: str) -> Iterator[tuple[Piece, str]]:
    if gone:
        yield Piece.GONE, gone
    if new:
        yield Piece.NEW, new


def _words(text: str) -> list[str]:
    return re.findall(r"\s+|\w+|[^\w\s]+", text)
