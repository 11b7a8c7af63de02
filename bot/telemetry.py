"""Logs for the operator: lines for eyes or JSON for machines, on standard error, without anybody's words."""

from __future__ import annotations

import logging
import sys

import structlog


class StandardError:
    """Writes lines to standard error. When nobody listens there any more, the service goes on."""

    def msg(self, message: str) -> None:
        """Write one line."""
        try:
            print(message, file=sys.stderr, flush=True)  # noqa: T201 - this is where logs end
        except (OSError, ValueError):  # a closed pipe, a closed file
            return

    log = debug = info = warning = error = critical = exception = msg


def configure_logs(level: str, *, as_json: bool) -> None:
    """Set the process up to log. Called once, by the command line."""
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), pad_event_to=28)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=lambda *_: StandardError(),
        cache_logger_on_first_use=False,
    )
