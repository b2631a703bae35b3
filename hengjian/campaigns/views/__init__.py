"""Pages of campaigns: parse, call one query or one service, render."""
