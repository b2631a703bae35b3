"""Parsers that run in a process of their own with little memory and time; no Django in here."""
