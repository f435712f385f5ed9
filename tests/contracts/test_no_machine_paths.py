"""The repository stands on any machine: no path of one, no host of a package index."""

import re

from tests.contracts.source_tree import ROOT

KINDS = {
    ".py",
    ".md",
    ".toml",
    ".txt",
    ".yml",
    ".yaml",
    ".json",
    ".cfg",
    ".html",
    ".css",
    ".js",
    ".svg",
    ".lock",
}
SKIPPED = {".git", ".venv", "dist", "build"}
# Written in pieces, so that this file does not find itself.
FORBIDDEN = re.compile(
    "|".join(
        [
            r"(?<![\w.])/" + r"(work|tmp/w|home/\w+|Users/\w+)/",
            r"(extra-)?index-" + r"url",
            r"trusted-" + r"host",
            r"https?://[^\s\"')]*" + r"(pypi|artifactory|nexus|registry)",
        ]
    )
)


def test_no_file_names_a_machine_or_a_package_index():
    files = [p for p in ROOT.rglob("*") if p.suffix in KINDS and not SKIPPED & set(p.relative_to(ROOT).parts)]
    own = [p for p in files if not any(part.endswith("_cache") for part in p.parts)]
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in own
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if FORBIDDEN.search(line)
    ]
    assert found == []
