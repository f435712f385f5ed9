"""Ingest: a bank's folder of tables into typed frames, every cell that cannot be read marked, none guessed."""

from riskmon.ingest.mapping import read_mapping
from riskmon.ingest.original import original_rows
from riskmon.ingest.sources import read_bank

__all__ = ["original_rows", "read_bank", "read_mapping"]
