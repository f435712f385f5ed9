"""`riskmon db backup` and `restore`: what is printed, what is data, and what each call ends with."""

import json

from riskmon.store.database import connect, place_of
from riskmon.store.schema import upgrade
from tests.auditing import sealed


def test_a_database_is_backed_up_and_restored_elsewhere(riskmon, tmp_path):
    place = place_of(tmp_path / "data")
    upgrade(place)
    database = connect(place)
    end = sealed(database, 3)
    database.close()
    done = riskmon("db", "backup", "--out", "b.gz", "--data", "data")
    assert (done.returncode, "is backed up in b.gz" in done.stdout) == (0, True)
    assert (tmp_path / "b.gz").stat().st_mode & 0o777 == 0o600
    again = riskmon("db", "backup", "--out", "b.gz", "--data", "data")
    assert (again.returncode, "b.gz cannot be written" in again.stderr) == (2, True)
    there = ("--by", "Wu Fang", "--data", "elsewhere")
    restored = riskmon("db", "restore", "b.gz", *there, "--json")
    told = json.loads(restored.stdout)
    assert (restored.returncode, told["rows"]["audit_entries"], told["audit"]["hash"]) == (0, 3, end.hash)
    refused = riskmon("db", "restore", "b.gz", *there)
    assert (refused.returncode, "is not empty" in refused.stderr) == (2, True)
    said = riskmon("db", "restore", "b.gz", "--by", "Wu Fang", "--data", "third").stdout
    assert f"has its 3 rows again. Head of the audit: {end.hash}." in said
