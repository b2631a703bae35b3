"""Opening a package: a folder or a zip of the exchange contract, and which file holds which resource."""

from __future__ import annotations

import codecs
import hashlib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import python_calamine

from hengjian.screening.contract import RESOURCE_TITLES

FORMATS = (".csv", ".parquet", ".xlsx")
IGNORED = {"datapackage.yaml", "datapackage.json", "datapackage.yml"}
BLOCK = 4 << 20
NAMES = {title: name for name, title in RESOURCE_TITLES.items()} | {name: name for name in RESOURCE_TITLES}
# A zip may not grow beyond this when it is unpacked: far more than any table of numbers and dates is squeezed.
LARGEST_RATIO = 200


class UnusablePackage(Exception):
    """Nothing can be screened; the text says why and what to do."""


@dataclass(frozen=True)
class Source:
    """The files of one resource. `sheet` names the sheet of a workbook."""

    resource: str
    files: tuple[Path, ...]
    format: str
    sheet: str = ""

    @property
    def name(self) -> str:
        """Return how a person calls the file: its name, and the sheet."""
        first = self.files[0].name if len(self.files) == 1 else self.files[0].parent.name
        return f"{first} “{self.sheet}”" if self.sheet else first


@dataclass(frozen=True)
class Package:
    """What a package holds: a source for each resource that is there, and files that are none."""

    path: Path
    sources: dict[str, Source]
    unknown: tuple[str, ...] = ()
    _hashes: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    def fingerprint(self) -> str:
        """Return one SHA-256 over the names and contents of all files that are read."""
        if not self._hashes:
            total = hashlib.sha256()
            for name, source in sorted(self.sources.items()):
                for path in source.files:
                    total.update(f"{name}\0{path.name}\0{source.sheet}\0".encode() + _hash_of(path))
            self._hashes["all"] = total.hexdigest()
        return self._hashes["all"]


def _hash_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def open_package(path: Path, work: Path) -> Package:
    """Find the resources in a folder or zip; UnusablePackage when there is none, or one is there twice."""
    if not path.exists():
        raise UnusablePackage(f"{path}：没有这个目录或文件。")
    folder = path if path.is_dir() else _unpacked(path, work / "package")
    sources: dict[str, Source] = {}
    unknown = []
    for source, name in _sources(folder):
        if source is None:
            unknown.append(name)
        elif twin := sources.get(source.resource):
            raise UnusablePackage(
                f"{RESOURCE_TITLES[source.resource]}（{source.resource}）有两份：{twin.name} 和 {source.name}，请只留一份。"
            )
        else:
            sources[source.resource] = source
    if not sources:
        known = "、".join(f"{name}.csv" for name in list(RESOURCE_TITLES)[:3])
        raise UnusablePackage(
            f"{path}：里面没有交换约定的表。文件名应是资源名或中文名，例如 {known}，或 {RESOURCE_TITLES['reports']}.xlsx。"
        )
    return Package(path, dict(sorted(sources.items())), tuple(unknown))


def _unpacked(path: Path, target: Path) -> Path:
    """Unpack a zip; names that lead out of it and contents that grow without measure are refused."""
    if not zipfile.is_zipfile(path):
        raise UnusablePackage(f"{path}：既不是目录，也不是 zip 压缩包。")
    with zipfile.ZipFile(path) as archive:
        members = [one for one in archive.infolist() if not one.is_dir() and not one.filename.startswith("__MACOSX/")]
        if sum(one.file_size for one in members) > max(path.stat().st_size, 1 << 20) * LARGEST_RATIO:
            raise UnusablePackage(f"{path}：解开后的大小超过压缩包的{LARGEST_RATIO}倍，不予打开。")
        for one in members:
            inside = PurePosixPath(_name_in_zip(one))
            if inside.is_absolute() or ".." in inside.parts:
                raise UnusablePackage(f"{path}：压缩包里的“{inside}”指向包外，不予打开。")
            place = target.joinpath(*inside.parts)
            place.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(one) as packed, place.open("wb") as file:
                while block := packed.read(BLOCK):
                    file.write(block)
    inner = list(target.iterdir()) if target.exists() else []
    return inner[0] if len(inner) == 1 and inner[0].is_dir() and inner[0].name not in NAMES else target


def _name_in_zip(member: zipfile.ZipInfo) -> str:
    """Old Chinese programs write names in GBK without saying so."""
    if member.flag_bits & 0x800:
        return member.filename
    raw = member.filename.encode("cp437", errors="replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return member.filename


def _sources(folder: Path) -> Iterator[tuple[Source | None, str]]:
    for path in sorted(folder.iterdir()):
        if path.name in IGNORED or path.name.startswith((".", "~$")):
            continue
        if path.is_dir():
            yield _parts(path), path.name
        elif path.suffix.lower() == ".xlsx":
            yield from _sheets(path)
        elif path.suffix.lower() in FORMATS and path.stem in NAMES:
            yield Source(NAMES[path.stem], (path,), path.suffix.lower()[1:]), path.name
        else:
            yield None, path.name


def _parts(folder: Path) -> Source | None:
    """A folder named like a resource holds its parts."""
    if folder.name not in NAMES:
        return None
    for suffix in (".parquet", ".csv"):
        if parts := tuple(sorted(one for one in folder.rglob(f"*{suffix}") if not one.name.startswith((".", "_")))):
            return Source(NAMES[folder.name], parts, suffix[1:])
    return None


def _sheets(path: Path) -> Iterator[tuple[Source | None, str]]:
    """A workbook is a resource by its own name, or one for each sheet that is named like a resource."""
    try:
        names = python_calamine.CalamineWorkbook.from_path(str(path)).sheet_names
    except Exception as error:  # whatever a broken workbook raises
        raise UnusablePackage(f"{path.name}：不是能打开的 Excel 工作簿（{error}）。请另存为 xlsx 或 CSV。") from error
    if path.stem in NAMES and names:
        yield Source(NAMES[path.stem], (path,), "xlsx", names[0]), path.name
        return
    known = [name for name in names if name in NAMES]
    if not known:
        yield None, path.name
    for name in known:
        yield Source(NAMES[name], (path,), "xlsx", name), path.name


def as_utf8(path: Path, work: Path) -> Path:
    """Return a text file in UTF-8 without a byte order mark: itself where it is that already; UnusablePackage for other encodings."""
    if _reads_as(path, "utf-8"):
        with path.open("rb") as file:
            marked = file.read(3) == codecs.BOM_UTF8
        return _rewritten(path, work, "utf-8-sig") if marked else path
    for encoding in ("gb18030", "utf-16"):
        if _reads_as(path, encoding):
            return _rewritten(path, work, encoding)
    raise UnusablePackage(f"{path.name}：既不是 UTF-8，也不是 GB18030 编码。请另存为“CSV UTF-8”。")


def _reads_as(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def _rewritten(path: Path, work: Path, encoding: str) -> Path:
    target = work / "text" / f"{hashlib.sha256(str(path).encode()).hexdigest()[:12]}-{path.name}"
    target.parent.mkdir(parents=True, exist_ok=True)
    with path.open(encoding=encoding, newline="") as source, target.open("w", encoding="utf-8", newline="") as file:
        while block := source.read(BLOCK):
            file.write(block)
    return target
