"""How many imports run at once: each holds its tables in memory, and a share of the services' time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from chassis.errors import Kind, Refused
from chassis.ids import Id

OF_A_TENANT: Final = 2
OF_ALL: Final = 4


class Running:
    """The imports of a gateway that are on their way."""

    def __init__(self) -> None:
        self._of: Counter[Id] = Counter()

    @contextmanager
    def one_more(self, tenant_id: Id) -> Iterator[None]:
        """Counts an import while it lasts. Raises Refused (IMPORTS_RUNNING) where there are as many as may be."""
        if self._of[tenant_id] >= OF_A_TENANT or self._of.total() >= OF_ALL:
            message = f"a tenant has at most {OF_A_TENANT} imports at once, and all have {OF_ALL}; send it again when one is done"
            raise Refused("IMPORTS_RUNNING", message, kind=Kind.BUSY)
        self._of[tenant_id] += 1
        try:
            yield
        finally:
            self._of[tenant_id] -= 1
            self._of += Counter()  # without those that have none
