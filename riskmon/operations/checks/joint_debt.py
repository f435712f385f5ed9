"""Joint debt in a snapshot: what parties owe whole of facilities that count with another."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

import polars as pl


class JointDebt:
    """What joint obligors owe whole of facilities that count with another, under one book."""

    def __init__(self, rows: pl.DataFrame, amounts: Mapping[str, pl.Series], keys: dict[str, int]) -> None:
        """Take the book's rows of `joint_exposures`, and by measure the amounts of each."""
        self._rows: dict[int, list[tuple[str, int, dict[str, int]]]] = {}
        named = rows.select("facility_id", "obligor_id", "joint_obligor_id")
        for number, (facility_id, obligor_id, signer_id) in enumerate(named.iter_rows()):
            owed = {measure: column[number] or 0 for measure, column in amounts.items()}
            self._rows.setdefault(keys[signer_id], []).append((facility_id, keys[obligor_id], owed))
        self.signers = frozenset(self._rows)
        """The keys of all that owe a facility whole beside its obligor."""

    def of(self, members: AbstractSet[int], measure: str) -> int:
        """What members owe beside the facilities of which one of them is the obligor, each facility once.

        A book may exempt some who owe a facility and not others: the most that one of them owes counts.
        """
        owed: dict[str, int] = {}
        for key in members & self.signers:
            for facility_id, obligor_key, amounts in self._rows[key]:
                if obligor_key not in members:
                    owed[facility_id] = max(owed.get(facility_id, 0), amounts[measure])
        return sum(owed.values())
