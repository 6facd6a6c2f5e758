"""Who may operate a service: the same for all of them."""

from __future__ import annotations

from typing import Final

from chassis.operations import Permissions
from shared.roles import ADMIN, AUDITOR, OPERATOR

PERMISSIONS: Final = Permissions(
    read_dead_letters=(ADMIN, AUDITOR, OPERATOR),
    replay_dead_letters=(ADMIN, OPERATOR),
    dead_letters_of_all=(OPERATOR,),
    rebuild=(OPERATOR,),
    recover_log=(OPERATOR,),
    advance_clock=(OPERATOR,),
)
"""Of a tenant are its dead letters. What reaches beyond it concerns the installation, and is the operator's."""
