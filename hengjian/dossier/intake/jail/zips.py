"""What a zip that cannot be read is known by."""

import zipfile
import zlib

UNREADABLE = (zipfile.BadZipFile, ValueError, OSError, EOFError, RuntimeError, zlib.error)
"""All that zipfile raises on such bytes; for a version or a compression that it does not know it raises a kind of RuntimeError."""
