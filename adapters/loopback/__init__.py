"""A platform inside the process: a scripted community, and whoever types into it."""

from adapters.loopback.adapter import LoopbackAdapter, Options, build

__all__ = ["LoopbackAdapter", "Options", "build"]
