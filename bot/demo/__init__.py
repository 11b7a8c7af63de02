"""The demonstration: a scripted community, a desk, and a judge of what came of it."""
