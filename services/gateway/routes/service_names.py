"""What services are called in answers."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypeAliasType

from gateway.backends import BackendName, LogName

ServiceWord = TypeAliasType("ServiceWord", Annotated[BackendName, Field(title="ServiceName")])
LogWord = TypeAliasType("LogWord", Annotated[LogName, Field(title="LogName")])
