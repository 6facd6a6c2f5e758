"""The report of a cycle's closing, as a page to be read and printed, and as a table."""

from __future__ import annotations

import csv
from html import escape
from io import StringIO
from typing import Final

from cli.connection import Json
from cli.output import number, percent
from cli.wording import called
from shared.cells import neutralised

_COLUMNS: Final = (
    "objective", "key_result", "title", "owner", "team", "state", "value", "progress", "grade", "outcome", "well", "learnt", "carry",
    "unit", "start", "target", "band", "met", "grade_note",
)  # fmt: skip

_PAGE: Final = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>
body {{ font: 11pt/1.4 sans-serif; max-width: 50em; margin: 2em auto; padding: 0 1em; color: #222 }}
h2 {{ font-size: 13pt; margin: 1.5em 0 .2em; break-after: avoid }} section {{ break-inside: avoid }}
table {{ border-collapse: collapse; width: 100% }} th, td {{ text-align: left; padding: .2em .6em .2em 0; border-bottom: 1px solid #ddd }}
td.n, th.n {{ text-align: right }} .who {{ color: #666 }} dt {{ font-weight: bold }} dd {{ margin: 0 0 .3em; white-space: pre-wrap }}
</style></head><body>
<h1>{title}</h1><p class="who">{about}</p>
{objectives}
</body></html>
"""


def as_html(report: Json) -> str:
    """A page that stands for itself: no script, nothing from elsewhere. Whatever people wrote is text in it."""
    by = report["closed_by"] and called(report["closed_by"])
    about = (
        f"{report['first_day']} to {report['last_day']}; closed on {report['closed_on']}{f' by {by}' if by else ''};"
        f" report {report['version']}"
    )
    sections = "\n".join(map(_section, report["objectives"])) or "<p>No objective.</p>"
    return _PAGE.format(title=escape(f"Report of {report['cycle']['name']}"), about=escape(about), objectives=sections)


def _section(objective: Json) -> str:
    who = ", ".join(map(_named, filter(None, (objective["owner"], objective["team"]))))
    ended = f" on {objective['ended_on']}" if objective["ended_on"] else ""
    figures = f"{objective['state']}{ended}; progress {percent(objective['progress'])}; grade {_graded(objective)}"
    said = {"What came of it": objective["outcome"], "What went well": objective["well"], "What was learnt": objective["learnt"]}
    if objective["carried_over"] is not None:
        said["Carried over"] = "yes" if objective["carried_over"] else "no"
    told = "".join(f"<dt>{escape(what)}</dt><dd>{escape(text)}</dd>" for what, text in said.items() if text)
    rows = "".join(_row(key_result) for key_result in objective["key_results"] if not key_result["cancelled"])
    table = _HEAD + rows + "</table>"
    head = f"<h2>{escape(objective['title'])}</h2><p class=who>{escape(who)}{'; ' if who else ''}{escape(figures)}</p>"
    return f"<section>{head}{table if rows else ''}{f'<dl>{told}</dl>' if told else ''}</section>"


_HEAD: Final = (
    "<table><tr><th>Key result</th><th>Owner</th><th class=n>Start</th><th class=n>Target</th><th class=n>Value</th><th>Unit</th>"
    "<th class=n>Progress</th><th>Grade</th><th>Why</th></tr>"
)


def _row(key_result: Json) -> str:
    figures = "".join(f"<td class=n>{escape(number(key_result[name]))}</td>" for name in ("start", "target", "value"))
    return (
        f"<tr><td>{escape(key_result['title'])}</td><td>{escape(_owners(key_result))}</td>{figures}"
        f"<td>{escape(key_result['unit'] or '')}</td><td class=n>{escape(percent(key_result['progress']))}</td>"
        f"<td>{escape(_graded(key_result))}</td><td>{escape(key_result['grade_note'] or '')}</td></tr>"
    )


def _graded(thing: Json) -> str:
    """A grade with its band, and whether it is met."""
    if thing["grade"] is None:
        return "abstained" if thing.get("abstained") else "–"
    about = [thing["band"], {True: "met", False: "not met", None: None}[thing["met"]]]
    return f"{number(thing['grade'])} ({', '.join(filter(None, about))})"


def _owners(key_result: Json) -> str:
    return ", ".join(_named(owner["person"]) for owner in key_result["owners"])


def _named(whom: Json) -> str:
    return whom["name"] or whom.get("handle") or ""


def as_csv(report: Json) -> str:
    """A table: a row for each objective, and below it one for each of its key results. A text that a program of tables could take for a
    formula has an apostrophe before it."""
    written = StringIO()
    table = csv.writer(written, lineterminator="\n")
    table.writerow(_COLUMNS)
    for objective in report["objectives"]:
        owner, team = (_named(each) if each else "" for each in (objective["owner"], objective["team"]))
        carry = {None: "", True: "yes", False: "no"}[objective["carried_over"]]
        named = map(neutralised, (objective["ref"], "", objective["title"], owner, team))
        said = (neutralised(objective[name] or "") for name in ("outcome", "well", "learnt"))
        figures = ["", _figure(objective["progress"]), _figure(objective["grade"])]
        table.writerow([*named, objective["state"], *figures, *said, carry, "", "", "", *_judged(objective), ""])
        for k in objective["key_results"]:
            named = map(neutralised, (objective["ref"], k["ref"], k["title"], _owners(k)))
            figures = [_figure(k["value"]), _figure(k["progress"]), _figure(k["grade"])]
            way = [neutralised(k["unit"] or ""), _figure(k["start"]), _figure(k["target"])]
            note = neutralised(k["grade_note"] or "")
            state = "cancelled" if k["cancelled"] else ""
            table.writerow([*named, "", state, *figures, "", "", "", "", *way, *_judged(k), note])
    return written.getvalue()


def _judged(thing: Json) -> list[str]:
    return [thing["band"] or "", {True: "yes", False: "no", None: ""}[thing["met"]]]


def _figure(value: float | None) -> str:
    return "" if value is None else repr(value)
