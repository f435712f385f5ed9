"""Law and policy as data: the model of an edition, loading, selection for a date, comparison, coverage, the lock."""
