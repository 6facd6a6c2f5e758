"""Who may operate a service: the same for all of them."""

from __future__ import annotations

from typing import Final

from chassis.operations import Permissions
from shared.roles import ADMIN, AUDITOR, OPERATOR

PERMISSIONS: Final = Permissions(
    read_dead_letters=(ADMIN, AUDITOR, OPERATOR),
    replay_dead_letters=(ADMIN, OPERATOR),
    advance_clock=(OPERATOR,),
    rebuild=(OPERATOR,),
    recover_log=(OPERATOR,),
    dead_letters_of_all=(OPERATOR,),
)
PERMISSIONS_OF_PROGRESS: Final = PERMISSIONS._replace(rebuild=(OPERATOR, ADMIN))
"""An admin who doubts a number may have all numbers computed anew."""
