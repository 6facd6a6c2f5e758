"""Brings in what rows of settings.csv and cycles.csv say."""

from __future__ import annotations

from typing import Final, get_args

from cairn.directory.v1 import service_pb2 as directory_pb2
from cairn.goals.v1 import service_pb2 as goals_pb2
from chassis.days import FIRST_DAY, day_of
from chassis.texts import name_key
from gateway.importing.plan import Cycle, CycleState, Setting
from gateway.importing.row_refusals import RowRefused, refusals_of
from gateway.importing.things import Things
from gateway.schemas.enums import CYCLE_STATES

_STATES: Final[tuple[CycleState, ...]] = get_args(CycleState)


class SettingsAndCycles:
    """Brings settings in, and cycles to the state that their rows say."""

    def __init__(self, things: Things, *, dry_run: bool) -> None:
        self._things: Final = things
        self._dry_run: Final = dry_run

    async def settle(self, setting: Setting) -> None:
        """From its day on, or since ever."""
        things, count = self._things, self._things.report.counts.settings
        day = FIRST_DAY if setting.day is None else day_of(setting.day)
        request = directory_pb2.ChangeSettingRequest(setting=setting.setting, value=setting.value, holds_from=day, dry_run=self._dry_run)
        try:
            with refusals_of(setting.row):
                answer = await things.services.ask(things.services.backends.directory.ChangeSetting, request)
        except RowRefused as refused:
            things.refuse(setting.row, refused)
            return
        if answer.appended.positions:
            count.new += 1
        else:
            count.already_there += 1

    async def move(self, cycle: Cycle) -> None:
        """Step by step to the state of its row; one that is further already stays there."""
        things, there = self._things, self._things.known.cycles.get(name_key(cycle.name))
        if cycle.state is None or cycle.row is None or there is None or self._dry_run:
            return
        state, wanted = _STATES.index(CYCLE_STATES.word(there["state"])), _STATES.index(cycle.state)
        for step in _STATES[state + 1 : wanted + 1]:
            request = goals_pb2.MoveCycleRequest(cycle_id=there["id"], to=CYCLE_STATES.number(step))
            if not await things.ask_unless((), cycle.row, things.services.backends.goals.MoveCycle, request):
                return
