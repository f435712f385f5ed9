"""The rules of the ledger's tables carry the names that the program gives them, on both stores."""

from sqlalchemy import CheckConstraint, inspect

from riskmon.store.database import connect
from riskmon.store.tables import BOOKINGS, CLAIMS, EARMARKS, LINES, PUBLICATIONS, RESOLUTIONS


def test_the_database_holds_every_check_of_the_program_by_its_name(store_place):
    database = connect(store_place)
    with database.reading() as connection:
        for table in (PUBLICATIONS, EARMARKS, RESOLUTIONS, BOOKINGS, LINES, CLAIMS):
            held = {each["name"] for each in inspect(connection).get_check_constraints(table.name)}
            assert held == {each.name for each in table.constraints if isinstance(each, CheckConstraint)}
    database.close()
