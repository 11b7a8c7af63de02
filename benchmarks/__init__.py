"""What one process can carry, measured beside the raw speed of the same disk in the same minute."""
