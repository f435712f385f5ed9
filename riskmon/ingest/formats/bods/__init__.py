"""The Beneficial Ownership Data Standard 0.4: companies, persons and the interests between them."""

from collections.abc import Sequence
from pathlib import Path

from riskmon.ingest.formats.bods.parties import Parties
from riskmon.ingest.formats.bods.records import read_records
from riskmon.ingest.formats.bods.relationships import relationship_rows
from riskmon.ingest.formats.imported import Imported, finding_frame, imported, party_frame, relationship_frame


def read_bods(files: Sequence[Path]) -> Imported:
    """Packages of the standard as parties and relationships.

    A party is as its newest statement says. A relationship has a row for each time its statements give it:
    `known_since` is the day a statement was declared, `known_until` the last day before another said otherwise. No
    statement stops the import: one that cannot be read is a finding.

    Raises:
        CallerError: a file that is missing, damaged, or no package of the standard.
    """
    records = read_records(files)
    parties = Parties(records)
    # The relationships come before the parties are listed, since they add the parties that nobody described.
    relationships = relationship_frame(relationship_rows(records, parties))
    return imported(party_frame(parties.rows.values()), relationships, finding_frame(records.findings))
