"""Durable truth: what was said, what was decided, what was sent."""
