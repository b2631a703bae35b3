"""SQLite whose file is never made by looking, and never written to once it is gone."""
