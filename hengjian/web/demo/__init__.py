"""The demonstration province 澜川省: made by a seeded generator, fictional in every name and number."""
