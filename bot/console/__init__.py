"""The web inbox: pages for people, live updates, and a JSON interface for the command line."""
