"""Which id a team has by its name: the same wherever it is asked, so that nobody has to look it up.

What was a name alone, on a person or an objective, is the team of this id. A team keeps its id when it is called otherwise.
"""

from __future__ import annotations

from chassis.ids import Id, id_of_name
from chassis.texts import name_key


def id_of_team_name(tenant_id: Id, name: str) -> Id:
    """The id of the first team of a tenant that has or had this name, however its letters are written."""
    return id_of_name("team", tenant_id, name_key(name))


def team_id_of(tenant_id: Id, team_id: Id, name: str) -> Id:
    """The team that an event says, by its id, or, of before teams had ids, by its name; empty: none."""
    return team_id or (id_of_team_name(tenant_id, name) if name else b"")
