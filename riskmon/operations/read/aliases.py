"""Ids under which a run has a party: several may have been delivered for one."""

from riskmon.store.snapshots import Snapshot, Snapshots


def present_id(snapshots: Snapshots, snapshot: Snapshot, party_id: str) -> tuple[str, list[str]]:
    """The id under which the run has the party, and the others that were delivered for it."""
    aliases = snapshots.table(snapshot, "party_aliases").select("alias_id", "party_id").collect()
    present = dict(aliases.iter_rows()).get(party_id, party_id)
    return present, aliases.filter(party_id=present)["alias_id"].to_list()
