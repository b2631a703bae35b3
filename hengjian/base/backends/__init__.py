"""How Django speaks to databases, where ours must be stricter."""
