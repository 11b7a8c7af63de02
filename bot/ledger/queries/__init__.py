"""The read side: what pages, the command line and reports show. Reads only, never inside a transaction."""
