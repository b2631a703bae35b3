"""The engine: a package is read and checked, rules are run over it, and what they find is written."""
