"""The made-up province of the benchmarks: played once by the demonstration, then copied row by row to its size."""
