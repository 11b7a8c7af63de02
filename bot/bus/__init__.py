"""Doorbells. The ledger is the truth; a bus only says where to look."""
