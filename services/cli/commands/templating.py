"""Templates: which there are, and what one of them says."""

from __future__ import annotations

from typing import Final

import click

from cli.commands.options import gateway_command
from cli.connection import Cairn, Json, path_of
from cli.output import Output, number


@click.command(short_help="List templates of objectives: those that come with Cairn, and your tenant's own.")
@click.option("--department", multiple=True, metavar="NAME", help="Of this department: sales, support, …. May be repeated.")
@click.option("--good/--bad", default=None, help="Only those to start from, or only examples of what to avoid.")
@click.option("--library/--own", default=None, help="Only those that come with Cairn, or only your tenant's own.")
@gateway_command
def templates(cairn: Cairn, output: Output, department: tuple[str, ...], good: bool | None, library: bool | None) -> None:
    """List templates of objectives: those that come with Cairn, by department, and your tenant's own.

    \b
    Examples:
      cairn templates --department sales --good
      cairn templates --bad
      cairn templates --own --json
    """
    page = cairn.get("/v1/templates", {"department": list(department), "good": good, "library": library})
    columns = ("template", "department", "title", "key results", "")
    output.entries(page, columns, _row, "no templates found; `cairn add template NAME` saves one")


def _row(template: Json) -> tuple[str, ...]:
    title, count = template["title"], number(len(template["key_results"]))
    return template["ref"], template["department"], title, count, "" if template["good"] else "what to avoid"


@click.command(short_help="Show a template: its objective, its key results, what is wrong with it.")
@click.argument("template", metavar="TEMPLATE")
@gateway_command
def template(cairn: Cairn, output: Output, template: str) -> None:
    """Show TEMPLATE, as `cairn templates` names it: its objective, its key results, and what is wrong with it where something is.

    \b
    Examples:
      cairn template sales-larger-deals
      cairn template bad-ten-posts --json
    """
    found = cairn.get(path_of("templates", template))
    if output.as_json:
        output.json(found)
        return
    output.line(found["title"])
    if found["why"]:
        output.line(f"  {found['why']}")
    for key_result in found["key_results"]:
        output.line(f"  - {key_result['title']}{_measured(key_result)}")
    if found["because"]:
        output.line(f"what to avoid: {found['because']}")
    if found["findings"]:
        output.line(f"the coach would find: {', '.join(found['findings'])}; `cairn coach --rules` says more")


def _measured(key_result: Json) -> str:
    """How a key result is measured, in a few words behind its title."""
    unit = f" {key_result['unit']}" if key_result["unit"] else ""
    match key_result["measure"]:
        case "metric":
            return f": from {number(key_result['start'])} to {number(key_result['target'])}{unit}"
        case "maintain":
            low, high = key_result["low"], key_result["high"]
            bounds = [f"at least {number(low)}"] * (low is not None) + [f"at most {number(high)}"] * (high is not None)
            return f": {', '.join(bounds)}{unit}"
        case "milestones":
            return f": {', '.join(milestone['title'] for milestone in key_result['milestones'])}"
        case "binary":
            return ": done or not"
        case measure:
            return f": {measure}"


COMMANDS: Final = (templates, template)
