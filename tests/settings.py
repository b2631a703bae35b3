"""Settings of a test run: a folder of its own, SQLite in a file or the PostgreSQL it is given."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Never the folder or the database of somebody's real data, whatever the shell has set.
_folder = tempfile.mkdtemp(prefix="hengjian-test-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
os.environ["HENGJIAN_ENV"] = "test"
os.environ["HENGJIAN_VAR"] = _folder
os.environ["HENGJIAN_MODE"] = "embedded"
os.environ["HENGJIAN_FONTS"] = str(ROOT / "var" / "fonts")
os.environ["HENGJIAN_DATABASE_URL"] = os.environ.get("HENGJIAN_TEST_DATABASE_URL", "")
for _name in (
    "HENGJIAN_DEMO", "HENGJIAN_PACKS", "HENGJIAN_SMTP_HOST", "HENGJIAN_HIDE_SUPERIORS", "HENGJIAN_TIME_AUTHORITY_URL",
    "HENGJIAN_UPLOAD_MB", "HENGJIAN_WITNESS_DIR", "HENGJIAN_DATABASE_OWNER_URL",
):
    os.environ.pop(_name, None)

from hengjian.settings import *  # noqa: E402, F403  the environment above has to be there first
from hengjian.settings import DATABASES  # noqa: E402

# Databases of tests are emptied again and again; what was sealed in them is not to be remembered, but where a test asks for it.
WITNESS_DIRS: list[Path] = []

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file and not memory: threads, the write-ahead log and its locks then behave as in service.
    DATABASES["default"]["TEST"] = {"NAME": Path(_folder) / "test.sqlite3"}
