"""The command line: thin doors to the services, with progress and plain words."""

VERSION = "0.1.0"
