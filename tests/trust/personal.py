"""Looking for identity and telephone numbers in whatever form they may have leaked: clear, UTF-16, hex, base64, packed in zip, gzip or PDF."""

from __future__ import annotations

import base64
import binascii
import io
import re
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.test import Client

_CANDIDATES = (re.compile(rb"(?=(\d{17}[\dXx]))"), re.compile(rb"(?=(1\d{10}))"))
_HEX = re.compile(rb"(?:3[0-9]){10,}(?:[35][0-9])?")
_BASE64 = re.compile(rb"[A-Za-z0-9+/]{24,}={0,2}")
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)


class Sought:
    """The numbers that must be nowhere."""

    def __init__(self, numbers: Iterable[str]) -> None:
        self.numbers = {one.upper().encode() for one in numbers}

    def found_in(self, data: bytes) -> set[bytes]:
        """Which of them lie in these bytes, in any form; empty is well."""
        found: set[bytes] = set()
        for form in self._forms(data):
            for pattern in _CANDIDATES:
                found |= {one.upper() for one in pattern.findall(form)} & self.numbers
        return found

    def _forms(self, data: bytes) -> Iterator[bytes]:
        yield data
        if b"\0" in data:
            yield data.replace(b"\0", b"")  # UTF-16 and UTF-32 of digits
        yield from (binascii.unhexlify(one[: len(one) // 2 * 2]) for one in _HEX.findall(data))
        yield from _decoded(data)
        if data[:4] == b"PK\3\4":
            yield from self._parts(data)
        if data[:2] == b"\x1f\x8b":
            yield zlib.decompress(data, wbits=31)
        if data[:4] == b"%PDF":
            yield _text_of(data)
            yield from _streams(data)

    def _parts(self, data: bytes) -> Iterator[bytes]:
        with suppress(zipfile.BadZipFile), zipfile.ZipFile(io.BytesIO(data)) as archive:
            for part in archive.infolist():
                yield part.filename.encode()
                yield from self._forms(archive.read(part))


def _decoded(data: bytes) -> Iterator[bytes]:
    if len(data) > 5_000_000:
        return  # a dump: its long strings are hex of ciphertext
    for one in _BASE64.findall(data):
        with suppress(binascii.Error, ValueError):
            yield base64.b64decode(one)


def _streams(data: bytes) -> Iterator[bytes]:
    for packed in _STREAM.findall(data):
        with suppress(zlib.error):
            yield zlib.decompress(packed)


def _text_of(pdf: bytes) -> bytes:
    """The text of a PDF, whose fonts number their signs in their own way."""
    with suppress(FileNotFoundError):
        return subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True).stdout
    return b""


class Reader(Client):
    """A browser that reads every answer through for numbers."""

    def __init__(self, sought: Sought, **more: Any) -> None:
        super().__init__(raise_request_exception=False, **more)
        self.sought, self.answers, self.leaks = sought, 0, []  # type: ignore[var-annotated]

    def request(self, **request: Any) -> Any:
        answer = super().request(**request)
        if answer.streaming:
            answer.streaming_content = [b"".join(answer.streaming_content)]
            body = next(iter(answer.streaming_content))
            answer.streaming_content = [body]
        else:
            body = answer.content
        self.answers += 1
        heads = repr(dict(answer.items())).encode()
        for found in self.sought.found_in(body) | self.sought.found_in(heads):
            self.leaks.append((request["REQUEST_METHOD"], request["PATH_INFO"], found.decode()))
        return answer


_watching: list[tuple[Path, Sought, list[str]]] = []


def _before_removal(event: str, args: tuple[Any, ...]) -> None:
    if event not in {"os.remove", "os.rename", "shutil.rmtree"} or not _watching:
        return
    folder, sought, leaks = _watching[-1]
    with suppress(OSError, TypeError, ValueError):
        path = Path(str(args[0]))
        if path.is_relative_to(folder):
            leaks += [str(one) for one in ([path] if path.is_file() else path.rglob("*")) if one.is_file() and sought.found_in(one.read_bytes())]


_hooked = False


@contextmanager
def temporary_files_read(folder: Path, sought: Sought) -> Iterator[list[str]]:
    """Let temporary files lie in this folder and read each before it is removed, and what is left at the end."""
    global _hooked
    if not _hooked:  # a hook stays for the life of the process
        sys.addaudithook(_before_removal)
        _hooked = True
    folder.mkdir()
    held, tempfile.tempdir = tempfile.tempdir, str(folder)
    _watching.append((folder, sought, []))
    try:
        yield _watching[-1][2]
        _watching[-1][2].extend(str(path) for path in folder.rglob("*") if path.is_file() and sought.found_in(path.read_bytes()))
    finally:
        _watching.pop()
        tempfile.tempdir = held
