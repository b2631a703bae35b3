"""Intermediate tables that several rules read; each is computed once in a run (`tables.kept(...)`)."""
