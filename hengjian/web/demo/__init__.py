"""The demonstration province 澜川省: made by a seeded generator, fictional in every name and number."""

from hengjian.web.demo.play import play, start_clock

__all__ = ["play", "start_clock"]
