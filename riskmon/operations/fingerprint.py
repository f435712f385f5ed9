"""Fingerprints: the hashes that say what a run was made of, so that it can be made again."""

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import riskmon

PACKAGES = ("riskmon", "graph_models")
LIBRARIES = ("polars", "numpy", "scipy")


def file_digest(path: Path) -> str:
    """SHA-256 of a file; of a folder, of its files' names and digests in order of name."""
    if path.is_dir():
        parts = {part.name: file_digest(part) for part in sorted(path.iterdir()) if part.is_file()}
        return digest_of(parts)
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digest_of(value: Mapping[str, Any]) -> str:
    """SHA-256 of a value's canonical JSON."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@cache
def code_digest() -> dict[str, str]:
    """What computed the run: the product's version, the hash of its code, the libraries that do arithmetic."""
    root = Path(riskmon.__file__).parent.parent
    files = {
        str(path.relative_to(root)): file_digest(path)
        for package in PACKAGES
        for path in sorted((root / package).rglob("*.py"))
    }
    libraries = {name: version(name) for name in LIBRARIES}
    return {"version": riskmon.__version__, "code": digest_of(files), **libraries}
