"""The composition root: from settings to live objects. The only package that knows every part."""

from bot.wiring.app import App, Fitting, build
from bot.wiring.inbox import Inbox, inbox
from bot.wiring.parts import (
    EXPORTS,
    account_sections,
    build_adapter,
    build_classifier,
    build_responder,
    explain_settings,
)

__all__ = [
    "EXPORTS",
    "App",
    "Fitting",
    "Inbox",
    "account_sections",
    "build",
    "build_adapter",
    "build_classifier",
    "build_responder",
    "explain_settings",
    "inbox",
]
