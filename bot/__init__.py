"""Answerable: every comment ends in an answer, a thank-you, an escalation somebody took, or a named reason."""

__version__ = "0.1.0"
