"""A seeded province in the tables of the exchange contract, with injected violations, decoys and their truth."""
