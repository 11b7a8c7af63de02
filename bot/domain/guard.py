"""The last look at every text that leaves, whoever wrote it."""

from __future__ import annotations

import re

PLACEHOLDER = re.compile(
    r"\{\{|\}\}|\{%|%\}"  # a template that was not filled in
    r"|\[(?:[A-Z][\w ]{0,30}|[a-z_]{2,30}|prénom|nom)\](?!\()"  # [Name], [order_number]; [a link](…) is none
)


def objection(text: str, max_length: int) -> str:
    """Why this text must not leave as it is; empty when nothing speaks against it."""
    if not text.strip():
        return "empty"
    if len(text) > max_length:
        return "too_long"
    if PLACEHOLDER.search(text):
        return "placeholder"
    return ""
