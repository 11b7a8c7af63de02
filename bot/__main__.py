"""``python -m bot`` is the ``answerable`` command."""

from bot.cli import main

main()
