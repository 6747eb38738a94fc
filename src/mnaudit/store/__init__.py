"""Output to disk: whole files or nothing."""
