"""Tests of the benchmarks' own makings: the seeded province and the scorer."""
