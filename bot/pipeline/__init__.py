"""The stations a mention passes, one file each: intake, relay, triage, drafting, review, delivery,
escalation, deadlines."""
