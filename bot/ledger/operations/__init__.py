"""What stations do in one transaction, a file for each station; and what they read before."""
