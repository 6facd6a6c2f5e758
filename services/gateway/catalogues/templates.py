"""The library of templates: objectives with key results by department; good ones to start from, and bad ones with what is wrong."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Final, Literal, get_args

Department = Literal["sales", "marketing", "engineering", "support", "people", "finance", "product"]
DEPARTMENTS: Final[tuple[Department, ...]] = get_args(Department)

Template = Mapping[str, Any]
"""One of the library, as the file has it: id, department, title, why, key_results; of a bad one `good` is false, and `because` says why."""

_READ: Final[dict[str, list[Template]]] = tomllib.loads(files(__package__).joinpath("templates.toml").read_text("utf-8"))
LIBRARY: Final[Mapping[str, Template]] = {template["id"]: template for template in _READ["template"]}
"""Every template of the library, by its id."""
