"""Whatever happened and whatever was done to it since: what an exported head holds is untouched, or it is told."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Text, delete, select, type_coerce, update

from riskmon.store.audit import MOST_SEALED, head, record, seal_next
from riskmon.store.audit_chain import examine
from riskmon.store.audit_tables import AUDIT_ENTRIES, SEAL, WRITTEN
from riskmon.store.database import connect
from tests.auditing import AT, entry, rebuilt, tampering

TABLE = AUDIT_ENTRIES.c
ALL = (*WRITTEN, *SEAL)
STATES = st.none() | st.dictionaries(st.text(max_size=4), st.text(max_size=4) | st.integers(), max_size=3)
WRITES = st.builds(
    lambda subject, before, after, reason: entry(subject, before=before, after=after, reason=reason),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6),
    STATES,
    STATES,
    st.none() | st.sampled_from(["visit", "", "\u00e9\u674e"]),
)
HISTORY = st.lists(WRITES | st.sampled_from(["seal", "export"]), min_size=1, max_size=12)
PLACE = st.integers(0, 11)
TEXTS = ("by", "action", "subject", "before", "after", "reason", "previous_hash", "hash")
DEEDS = st.lists(
    st.one_of(
        st.tuples(st.just("set"), PLACE, st.sampled_from(TEXTS), st.sampled_from(["x", "{}", "0" * 64])),
        st.tuples(st.just("move"), PLACE, st.integers(-2, 15)),
        st.tuples(st.just("delete"), PLACE),
        st.tuples(st.just("cut"), PLACE),
        st.tuples(st.just("swap"), PLACE, PLACE),
        st.tuples(st.just("unseal"), PLACE),
        st.just(("rebuild",)),
        st.just(("seal",)),
    ),
    max_size=4,
)


def stored(connection, upto):
    """What the chain holds up to a position, as it is stored."""
    columns = [type_coerce(TABLE[name], Text) if name == "at" else TABLE[name] for name in ALL]
    rows = select(*columns).where(TABLE.position <= upto).order_by(TABLE.position)
    return [tuple(row) for row in connection.execute(rows)]


def lived(connection, history):
    """A history, and the heads that were exported on its way with what they hold."""
    heads = {}
    for step in history:
        if step == "seal":
            seal_next(connection)
        elif step == "export":
            taken = head(connection)
            heads[taken] = stored(connection, taken.position)
        else:
            record(connection, step, AT)
    return heads


def do(connection, deed):
    sequences = list(connection.execute(select(TABLE.sequence).order_by(TABLE.sequence)).scalars())
    match deed:
        case ("rebuild",):
            rebuilt(connection)
        case ("seal",):
            seal_next(connection)
        case (name, place, *rest) if place < len(sequences):
            own = [sequences[place], *rest]
            if name == "swap":
                own[1] = sequences[rest[0] % len(sequences)]
            TO_ONE[name](connection, *own)


def change(connection, sequence, values):
    """Only of a sealed entry: what is not sealed holds nothing yet."""
    is_it = (TABLE.sequence == sequence, TABLE.position.is_not(None))
    connection.execute(update(AUDIT_ENTRIES).where(*is_it).values(**values))


def swap(connection, one, other):
    names = [name for name in WRITTEN if name != "sequence"]
    rows = {
        row["sequence"]: {name: row[name] for name in names}
        for row in connection.execute(select(AUDIT_ENTRIES)).mappings()
    }
    change(connection, one, rows[other])
    change(connection, other, rows[one])


def move(connection, sequence, position):
    if connection.execute(select(TABLE.sequence).where(TABLE.position == position)).first() is None:
        change(connection, sequence, {"position": position})


def take_out(connection, sequence):
    connection.execute(delete(AUDIT_ENTRIES).where(TABLE.sequence == sequence))


def cut(connection, sequence):
    connection.execute(delete(AUDIT_ENTRIES).where(TABLE.sequence >= sequence))


TO_ONE = {
    "set": lambda connection, sequence, name, value: change(connection, sequence, {name: value}),
    "move": move,
    "delete": take_out,
    "cut": cut,
    "unseal": lambda connection, sequence: change(connection, sequence, dict.fromkeys(SEAL)),
    "swap": swap,
}


def holds_or_is_told(database, history, deeds):
    assert len(history) < MOST_SEALED
    with tampering(database) as connection:
        heads = lived(connection, history)
        assert examine(connection, heads).broken == []
        for deed in deeds:
            do(connection, deed)
        if any(stored(connection, taken.position) != held for taken, held in heads.items()):
            assert examine(connection, heads).broken != []


@pytest.fixture
def opened(store_place):
    """One database for all examples: each is given up in the end."""
    database = connect(store_place)
    yield database
    database.close()


@given(history=HISTORY, deeds=DEEDS)
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_a_head_holds_is_untouched_or_told(opened, history, deeds):
    holds_or_is_told(opened, history, deeds)
