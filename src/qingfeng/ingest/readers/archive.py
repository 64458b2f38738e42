"""Zips, also encrypted, nested, damaged or hostile: one member after the other.

Nothing is ever written to disk, so a member named ``../x`` could do no harm here; it is
refused all the same, because an honest packer does not write such names.
"""

from __future__ import annotations

import io
import lzma
import posixpath
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO

import pyzipper

from qingfeng.errors import PasswordNeeded, UnknownContent, UnreadableFile, UnsafeArchive
from qingfeng.ingest.readers import member_names, salvage
from qingfeng.ingest.readers.limits import DEFAULT, Limits
from qingfeng.ingest.readers.sniff import Content, sniff_bytes

_CHUNK_BYTES = 1 << 20
_SMALL_CHUNK_BYTES = 4096
"""For bzip2 and LZMA, which unpack all of a chunk at once, whatever it becomes."""

_ENCRYPTED = 0x1
_LINK, _FILE_TYPE = 0o120000, 0o170000
_REPACK = "Unpack it with another program and pack the files again as an ordinary zip."
_ASK_AGAIN = "Ask the sender for the file again; what could be read is imported."
_PASSWORD = "Give the password with --password-file FILE, one password a line."  # noqa: S105
_CHECK_FIRST = "Look at it on a separate machine; if it is genuine, import its files unpacked."


_DAMAGE = (
    pyzipper.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
)
"""What the zip library raises on damaged members; RuntimeError also for a wrong password."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive; *name* uses ``/`` and goes through nested zips.

    The second member of one name is named ``x (2).csv``, and so on.
    *error* says why this member, and only this one, cannot be read; *content* is then empty.
    """

    name: str
    content: bytes
    error: UnreadableFile | None = None


@dataclass(slots=True)
class _Budget:
    """What one delivered archive, with all that is nested in it, may still use."""

    limits: Limits
    bytes_left: int = field(init=False)
    members_left: int = field(init=False)

    def __post_init__(self) -> None:
        self.bytes_left = self.limits.archive_bytes
        self.members_left = self.limits.archive_members


def open_archive(
    source: Path | bytes,
    place: str,
    passwords: Sequence[str] = (),
    limits: Limits = DEFAULT,
) -> Iterator[Member]:
    """Yield the files of a zip in its own order, files of nested zips in place of the zip.

    *place* names the archive in errors. Folders are not yielded; litter is.
    Raises UnsafeArchive if the archive as a whole passes *limits*; PasswordNeeded if every
    file is locked and no password opens one; UnreadableFile if nothing at all can be
    read. What concerns one member comes as its ``error``.
    """
    members = _walk(source, place, "", tuple(passwords), _Budget(limits), depth=1)
    yield from _apart(members)


def _apart(members: Iterator[Member]) -> Iterator[Member]:
    """Yield the members; a name that was there before gets ``(2)``, so that rows stay apart."""
    times: dict[str, int] = {}
    for member in members:
        name = member.name
        while name in times and member.error is None:
            times[member.name] += 1
            stem, suffix = posixpath.splitext(member.name)
            name = f"{stem} ({times[member.name]}){suffix}"
        times[name] = 1
        yield replace(member, name=name) if name != member.name else member


def _walk(
    source: Path | bytes,
    place: str,
    prefix: str,
    passwords: tuple[str, ...],
    budget: _Budget,
    *,
    depth: int,
) -> Iterator[Member]:
    file: IO[bytes] = io.BytesIO(source) if isinstance(source, bytes) else source.open("rb")
    with file:
        try:
            archive = pyzipper.AESZipFile(file)
        except (pyzipper.BadZipFile, NotImplementedError, ValueError, OSError) as damage:
            yield from _salvaged(
                file, place, prefix, passwords, budget, depth=depth, why=str(damage)
            )
            return
        with archive:
            entries = [entry for entry in archive.infolist() if not entry.filename.endswith("/")]
            _charge_members(len(entries), place, budget)
            opener = _Opener(archive, place, prefix, passwords, budget)
            for member in _locked_last(entries, opener, place):
                yield from _unnested(member, place, passwords, budget, depth=depth)


def _locked_last(entries: list[pyzipper.ZipInfo], opener: _Opener, place: str) -> Iterator[Member]:
    """Yield the members; raise PasswordNeeded instead of naming every one of a locked zip."""
    encrypted = [entry for entry in entries if entry.flag_bits & _ENCRYPTED]
    if encrypted and len(encrypted) == len(entries):
        probe = min(encrypted, key=lambda entry: entry.compress_size)
        member = opener.read(probe)
        if isinstance(member.error, PasswordNeeded):
            raise PasswordNeeded(place, member.error.reason, member.error.way_out)
        opener.refund(member)
    for entry in entries:
        yield opener.read(entry)


def _unnested(
    member: Member, place: str, passwords: tuple[str, ...], budget: _Budget, *, depth: int
) -> Iterator[Member]:
    """Yield *member*, or the files inside it if it is a zip."""
    if member.error is not None or sniff_bytes(member.content, member.name) is not Content.ZIP:
        yield member
        return
    if depth >= budget.limits.archive_depth:
        yield Member(
            member.name,
            b"",
            UnsafeArchive(
                f"{place}!{member.name}",
                f"zips are nested more than {budget.limits.archive_depth} deep",
                _CHECK_FIRST,
            ),
        )
        return
    inner = f"{place}!{member.name}"
    try:
        yield from _walk(
            member.content, inner, f"{member.name}/", passwords, budget, depth=depth + 1
        )
    except UnreadableFile as error:
        if isinstance(error, UnsafeArchive) and budget.bytes_left < 0:
            raise
        yield Member(member.name, b"", error)


def _charge_members(count: int, place: str, budget: _Budget) -> None:
    budget.members_left -= count
    if budget.members_left < 0:
        raise UnsafeArchive(
            place, f"it holds more than {budget.limits.archive_members:,} files", _CHECK_FIRST
        )


def _name(entry: pyzipper.ZipInfo) -> str:
    """Return the name as its packer meant it; the library decodes all but UTF-8 as cp437."""
    flags = entry.flag_bits
    if flags & member_names.NAME_IS_UTF8:
        raw = entry.orig_filename.encode("utf-8", "surrogateescape")
    else:
        raw = entry.orig_filename.encode("cp437")
    return member_names.decoded(raw, flags, entry.extra or b"")


def _unsafe_entry(entry: pyzipper.ZipInfo, limits: Limits) -> str | None:
    """Return why a member is refused for what its directory entry says, or None."""
    if (entry.external_attr >> 16) & _FILE_TYPE == _LINK:
        return "it is a link to another file"
    if entry.file_size > limits.member_bytes:
        return f"it says that it unpacks to {entry.file_size:,} bytes"
    allowed = max(entry.compress_size * limits.archive_ratio, limits.ratio_floor_bytes)
    if entry.file_size > allowed:
        return f"it unpacks to more than {limits.archive_ratio:,} times its size"
    return None


def _salvaged(
    file: IO[bytes],
    place: str,
    prefix: str,
    passwords: tuple[str, ...],
    budget: _Budget,
    *,
    depth: int,
    why: str,
) -> Iterator[Member]:
    """Yield what a zip without directory still holds, then the damage itself."""
    file.seek(0)
    archive = file.read()
    limits, whole, torn = budget.limits, 0, 0
    for remnant in salvage.remnants(
        archive,
        most_bytes=min(limits.member_bytes, budget.bytes_left),
        ratio=limits.archive_ratio,
        floor=limits.ratio_floor_bytes,
    ):
        _charge_members(1, place, budget)
        budget.bytes_left -= len(remnant.content)
        if budget.bytes_left < 0:
            raise UnsafeArchive(place, "it unpacks to more than the limit", _CHECK_FIRST)
        member = _of_remnant(remnant, place, prefix)
        whole, torn = whole + (member.error is None), torn + (member.error is not None)
        yield from _unnested(member, place, passwords, budget, depth=depth)
    if not whole and not torn:
        raise UnreadableFile(place, f"a zip that cannot be opened ({why})", _ASK_AGAIN)
    damage = f"its directory is missing or damaged ({why}); {whole} files could be read, {torn} not"
    yield Member(prefix.rstrip("/"), b"", UnreadableFile(place, damage, _ASK_AGAIN))


def _of_remnant(remnant: salvage.Remnant, place: str, prefix: str) -> Member:
    name, where = prefix + remnant.name, f"{place}!{remnant.name}"
    problem = member_names.unsafe(remnant.name)
    if problem is not None or remnant.too_large:
        return Member(name, b"", UnsafeArchive(where, problem or str(remnant.reason), _CHECK_FIRST))
    if remnant.locked:
        return Member(name, b"", PasswordNeeded(where, str(remnant.reason), _ASK_AGAIN))
    if remnant.reason is not None:
        return Member(name, b"", UnreadableFile(where, remnant.reason, _ASK_AGAIN))
    return Member(name, remnant.content)


@dataclass(frozen=True, slots=True)
class _Opener:
    """Reads single members of one open zip within the budget."""

    archive: pyzipper.AESZipFile
    place: str
    prefix: str
    passwords: tuple[str, ...]
    budget: _Budget

    def read(self, entry: pyzipper.ZipInfo) -> Member:
        """Return the member; raises UnsafeArchive only when the whole archive is too large."""
        own = _name(entry)
        name, where = self.prefix + own, f"{self.place}!{own}"
        problem = member_names.unsafe(own) or _unsafe_entry(entry, self.budget.limits)
        if problem is not None:
            return Member(name, b"", UnsafeArchive(where, problem, _CHECK_FIRST))
        try:
            if entry.flag_bits & _ENCRYPTED:
                return self._unlocked(entry, name, where)
            return Member(name, self._bytes(entry, None))
        except UnsafeArchive as error:
            if self.budget.bytes_left < 0:
                raise
            return Member(name, b"", error)
        except NotImplementedError as unknown:
            reason = f"it is packed in a way not known here ({unknown})"
            return Member(name, b"", UnknownContent(where, reason, _REPACK))
        except _DAMAGE as damage:
            reason = f"damaged inside the zip ({damage})"
            return Member(name, b"", UnreadableFile(where, reason, _ASK_AGAIN))

    def refund(self, member: Member) -> None:
        """Give back what a trial reading of *member* used of the budget."""
        self.budget.bytes_left += len(member.content)

    def _unlocked(self, entry: pyzipper.ZipInfo, name: str, where: str) -> Member:
        for password in self.passwords:
            for spelling in dict.fromkeys((password.encode(), password.encode("gb18030"))):
                try:
                    return Member(name, self._bytes(entry, spelling))
                except NotImplementedError:
                    raise  # a RuntimeError to Python, but not about the password
                except _DAMAGE:
                    continue  # ZipCrypto lets one wrong password in 256 through to the check sum
        kind = "AES" if entry.wz_aes_version else "ZipCrypto"
        error = PasswordNeeded(where, f"{kind}-encrypted zip, no or wrong password", _PASSWORD)
        return Member(name, b"", error)

    def _bytes(self, entry: pyzipper.ZipInfo, password: bytes | None) -> bytes:
        """Return the unpacked member; the declared sizes are not trusted."""
        limits = self.budget.limits
        most = min(limits.member_bytes, self.budget.bytes_left)
        most = min(most, max(entry.compress_size * limits.archive_ratio, limits.ratio_floor_bytes))
        chunk_bytes = _CHUNK_BYTES
        if entry.compress_type not in (pyzipper.ZIP_STORED, pyzipper.ZIP_DEFLATED):
            chunk_bytes = _SMALL_CHUNK_BYTES
        parts, size = [], 0
        with self.archive.open(entry, pwd=password) as stream:
            while chunk := stream.read(chunk_bytes):
                size += len(chunk)
                if size > most:
                    if size > self.budget.bytes_left:
                        self.budget.bytes_left = -1
                    where = f"{self.place}!{_name(entry)}"
                    raise UnsafeArchive(
                        where, f"it unpacks to more than {most:,} bytes", _CHECK_FIRST
                    )
                parts.append(chunk)
        self.budget.bytes_left -= size
        return b"".join(parts)
