"""Did you run away? What a file of comments says about the brand that received them."""

from bot.audit.auditing import Audit, audit
from bot.audit.page import page

__all__ = ["Audit", "audit", "page"]
