"""A search for planted texts in every file of a folder, in the forms they may take."""

import base64
import gzip
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

CHUNK = 4 * 1024 * 1024


def forms(text: str) -> dict[str, bytes]:
    """Return the byte forms in which a text would show that it is stored plainly."""
    raw = text.encode()
    encoded = {
        "utf-8": raw,
        "upper": text.upper().encode(),
        "lower": text.lower().encode(),
        "utf-16le": text.encode("utf-16-le"),
        "hex": raw.hex().encode(),
        "url": text.replace(" ", "%20").encode(),
        "plus": text.replace(" ", "+").encode(),
    }
    for offset in range(3):
        middle = base64.b64encode(b"\0" * offset + raw)[4:-4]
        encoded[f"base64-{offset}"] = middle
    return {name: form for name, form in encoded.items() if len(form) > 6}


def found_in(folder: Path, texts: Iterable[str]) -> set[tuple[str, str]]:
    """Return (file name, form) for each planted text that stands in a file."""
    wanted = {(t, name): form for t in texts for name, form in forms(t).items()}
    overlap = max(len(form) for form in wanted.values())
    hits: set[tuple[str, str]] = set()
    for file in sorted(folder.rglob("*")):
        if not file.is_file() or file.is_symlink():
            continue
        for block in blocks(file, overlap):
            for (_, name), form in wanted.items():
                if form in block:
                    hits.add((file.name, name))
    return hits


def blocks(file: Path, overlap: int) -> Iterator[bytes]:
    """Yield a file in overlapping blocks; what is compressed is opened as well."""
    before = b""
    with file.open("rb") as stream:
        while block := stream.read(CHUNK):
            yield before + block
            before = block[-overlap:]
    if file.suffix in {".gz", ".svgz"}:
        try:
            yield gzip.decompress(file.read_bytes())
        except (OSError, zlib.error):
            return
