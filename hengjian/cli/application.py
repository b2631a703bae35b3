"""The application of the embedded mode: pages, worker and sequencer in one process."""

from hengjian.cli.background import Background
from hengjian.cli.pages import application

background = Background()
background.start()

__all__ = ["application"]
