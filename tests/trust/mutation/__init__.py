"""Does any test notice when a guard is gone? Each policy, filter and refusal is removed in turn: ``python -m tests.trust.mutation``."""
