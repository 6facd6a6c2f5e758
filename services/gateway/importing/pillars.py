"""The strategic pillars of an import: what is not on the vision board is added behind what is."""

from __future__ import annotations

from typing import Final

from cairn.directory.v1 import service_pb2 as directory_pb2
from chassis.errors import Refused
from chassis.ids import Id
from chassis.rpc import InvalidRequest
from chassis.texts import name_key
from gateway.importing.plan import Pillar
from gateway.importing.refusal_reasons import NAME_TAKEN
from gateway.importing.report import Difference
from gateway.importing.row_refusals import RowRefused, is_about_the_request
from gateway.importing.things import Things

_COLUMNS: Final = {"reference": "pillar", "title": "title", "about": "about"}
"""Of a row, by the field of the command that its value goes into."""


class Pillars:
    """Adds the pillars that are not there."""

    def __init__(self, things: Things) -> None:
        self._things: Final = things
        self._there: Final[dict[Id, directory_pb2.Pillar]] = {}

    async def look_up(self) -> None:
        """All pillars that are there, by their references and their titles."""
        directory = self._things.services.backends.directory
        board = (await self._things.services.ask(directory.GetVision, directory_pb2.GetVisionRequest())).board
        for pillar in board.pillars:
            self._there[pillar.pillar_id] = pillar
            for name in filter(None, (pillar.reference, pillar.title)):
                self._things.known.pillars[name_key(name)] = pillar.pillar_id

    async def add(self, pillar: Pillar) -> None:
        """A pillar of the plan, unless it is there."""
        known, count, key = self._things.known, self._things.report.counts.pillars, name_key(pillar.reference)
        there = known.pillars.get(key) or known.pillars.get(name_key(pillar.title))
        try:
            if there is None:
                known.pillars[key] = await self._added(pillar)
                count.new += 1
                return
            known.pillars[key] = there  # what a table calls growth and Cairn calls Growth is growth in every table
            count.already_there += 1
            self._compare(pillar, self._there.get(there))
        except RowRefused as refused:
            self._things.refuse_named("pillar", pillar, count, refused, "cannot be added")

    async def _added(self, pillar: Pillar) -> Id:
        directory = self._things.services.backends.directory
        reference = pillar.reference if pillar.row is not None else ""  # what is named alone goes by its title
        request = directory_pb2.AddPillarRequest(reference=reference, title=pillar.title, about=pillar.about)
        try:
            return (await self._things.services.ask(directory.AddPillar, request)).pillar_id
        except Refused as refused:
            if not is_about_the_request(refused):
                raise
            if refused.reason == NAME_TAKEN:  # another import was quicker, or another pillar has the name
                await self.look_up()
                if (there := self._things.known.pillars.get(name_key(pillar.reference))) is not None:
                    return there
            message = refused.first_message if isinstance(refused, InvalidRequest) else refused.message
            raise RowRefused(_COLUMNS.get(refused.field, "pillar"), message, refused) from None

    def _compare(self, pillar: Pillar, there: directory_pb2.Pillar | None) -> None:
        if there is None or pillar.row is None:
            return
        said = {"title": (pillar.title, there.title), "about": (pillar.about, there.about)}
        for what, (here, in_cairn) in said.items():
            if here and here != in_cairn:
                self._things.report.different.append(Difference(pillar.reference, what, here, in_cairn or None))
