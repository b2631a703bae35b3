"""Tags of the pages of campaigns."""
