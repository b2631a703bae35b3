"""Shapes of the HTML forms of campaigns: parse what was sent, name what is wrong with it."""
