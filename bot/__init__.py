"""Answerable: every comment ends in an answer, a thank-you, a taken escalation, or a named reason."""

__version__ = "0.1.0"
