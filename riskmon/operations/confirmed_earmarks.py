"""The confirmed earmarks that a run is handed, to say whose facility is missing."""

from datetime import date

import polars as pl

from riskmon.domain.earmark import none_confirmed
from riskmon.operations.assessments import reading
from riskmon.store.database import Place
from riskmon.store.earmarks import confirmed_earmarks


def earmarks_confirmed(place: Place, known_at: date) -> pl.DataFrame:
    """The table `confirmed_earmarks` of a run: those that wait for their facility on a day of UTC.

    Raises:
        StoreError: the database cannot be read; without it a run would not say whose facility is missing.
    """
    with reading(place) as database:
        return none_confirmed() if database is None else confirmed_earmarks(database, known_at)
