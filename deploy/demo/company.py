"""Orrin Grid, which does not exist: who works there, and what they want.

It sells apartment houses the batteries and the software with which their tenants share the sun of one roof. Everything here is data;
what happens in a week is in `demo.quarter`.
"""

from __future__ import annotations

import random
import unicodedata
from dataclasses import dataclass

NAME = "Orrin Grid"
TENANT = "orrin-grid"
MISSION = "Every apartment house lives on its own roof first"
VISION = "By 2032 a million households share the sun of their house as simply as they share its stairs"
PILLARS = {
    "effortless": ("Effortless", "Nobody who moves in needs to understand electricity"),
    "dependable": ("Dependable", "What we install works for twenty years, and we notice first when it does not"),
    "profitable": ("Profitable growth", "Each house pays for itself, and for the next one"),
    "crew": ("A crew that stays", "Whoever is good wants to work here, and grows here"),
}


@dataclass(frozen=True)
class Measured:
    """A key result as it is planned: a title, its measure, and what the measure needs."""

    title: str
    measure: str = "metric"
    start: float = 0
    target: float = 0
    unit: str = ""
    steps: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wanted:
    """An objective as it is planned."""

    title: str
    why: str
    key_results: tuple[Measured, ...]
    pillar: str = ""


@dataclass(frozen=True)
class Team:
    """A team: its short name begins the references of what it wants."""

    key: str
    name: str
    parent: str
    share: int
    """Of the people, beside the shares of the others."""
    pillar: str
    wants: tuple[Wanted, ...]


@dataclass(frozen=True)
class Indicator:
    """A KPI: where it begins the year, where it tends to, and the range that is healthy."""

    ref: str
    title: str
    unit: str
    team: str
    first: float
    last: float
    low: float | None = None
    high: float | None = None
    monthly: bool = False
    lately: float | None = None
    """Where it went in the last weeks, out of its range."""


@dataclass(frozen=True)
class Employee:
    """Somebody of the cast."""

    handle: str
    name: str
    team: str
    manager: str | None


def metric(title: str, start: float, target: float, unit: str) -> Measured:
    """From `start` to `target`."""
    return Measured(title, "metric", start, target, unit)


def at_most(title: str, high: float, unit: str) -> Measured:
    """Kept at `high` or below."""
    return Measured(title, "maintain", 0, high, unit)


def steps(title: str, *steps: str) -> Measured:
    """Milestones one after the other."""
    return Measured(title, "milestones", steps=steps)


def reached(title: str) -> Measured:
    """Yes or no."""
    return Measured(title, "binary")


def judged(title: str) -> Measured:
    """A judgement of 0 to 1."""
    return Measured(title, "graded")


def unknown(title: str, unit: str) -> Measured:
    """What has to be measured before it can have a target."""
    return Measured(title, "baseline", unit=unit)


COMPANY_WANTS = (
    Wanted(
        "Moving in takes tenants no thought at all",
        "Half of the questions we get are asked in the first week",
        (metric("Questions in the first week, per 100 new tenants", 46, 20, "questions"), judged("New tenants say that it was easy")),
        "effortless",
    ),
    Wanted(
        "Houses notice nothing of our faults",
        "A house that was dark once tells ten others",
        (metric("Houses with an outage in the month", 31, 8, "houses"), at_most("Share of systems off line", 1.5, "percent")),
        "dependable",
    ),
    Wanted(
        "We grow where a house pays for itself",
        "Growth that we have to lend is none",
        (metric("Houses under contract", 640, 900, "houses"), metric("Gross margin of a new house", 21, 28, "percent")),
        "profitable",
    ),
    Wanted(
        "Good people stay, and say why",
        "Each technician who leaves costs us eleven installations",
        (metric("People who left in the last twelve months", 17, 9, "percent"), unknown("Would recommend us to a friend", "points")),
        "crew",
    ),
)

_TOP = ""
TEAMS = (
    Team("LEAD", "Leadership", _TOP, 3, "profitable", ()),
    Team(
        "PROD",
        "Product",
        _TOP,
        3,
        "effortless",
        (
            Wanted(
                "We build what tenants use, and stop what they do not",
                "A third of the screens is opened by nobody",
                (metric("Screens that nobody opens", 34, 10, "percent"), metric("Tenants interviewed", 0, 40, "people")),
            ),
        ),
    ),
    Team(
        "APP",
        "Tenant app",
        "PROD",
        12,
        "effortless",
        (
            Wanted(
                "A new tenant is connected before the boxes are unpacked",
                "Who is not connected on the first evening calls us on the second day",
                (
                    metric("Tenants connected on the first day", 38, 75, "percent"),
                    metric("Steps until connected", 14, 5, "steps"),
                    steps("The new welcome", "Sketched with ten tenants", "Built", "In five houses", "Everywhere"),
                ),
            ),
            Wanted(
                "Tenants open the app because it tells them something",
                "An app that is opened once a year is a letter",
                (metric("Open it in a week", 22, 40, "percent"), metric("Rating in the stores", 3.6, 4.4, "stars")),
            ),
        ),
    ),
    Team(
        "BILL",
        "Billing",
        "PROD",
        10,
        "effortless",
        (
            Wanted(
                "A bill that needs no explanation",
                "Two calls of five are about one line of the bill",
                (
                    metric("Calls about bills, per 1,000", 57, 20, "calls"),
                    at_most("Bills corrected afterwards", 0.8, "percent"),
                    reached("One page in four languages"),
                ),
            ),
            Wanted(
                "Owners get their money on the first of the month",
                "They built the roof, they should not have to ask",
                (metric("Paid out on the first day", 71, 98, "percent"), metric("Work by hand per month", 60, 12, "hours")),
            ),
        ),
    ),
    Team(
        "DSGN",
        "Design and research",
        "PROD",
        7,
        "effortless",
        (
            Wanted(
                "One way of doing a thing on every screen",
                "Tenants learn us twice: once in the app, once on the web",
                (metric("Screens of the shared parts", 25, 80, "percent"), judged("Developers find what they need")),
            ),
        ),
    ),
    Team(
        "ENG",
        "Engineering",
        _TOP,
        3,
        "dependable",
        (
            Wanted(
                "We find our faults before houses do",
                "Last year houses told us of two faults of three",
                (metric("Faults that we saw first", 35, 80, "percent"), metric("Median time to a mended fault", 26, 8, "hours")),
            ),
        ),
    ),
    Team(
        "PLAT",
        "Platform",
        "ENG",
        14,
        "dependable",
        (
            Wanted(
                "Releases are boring",
                "We ship on Tuesdays because we are afraid of Fridays",
                (
                    metric("Releases a week", 2, 10, "releases"),
                    metric("Releases taken back", 9, 2, "percent"),
                    steps("Rollout house by house", "Designed", "Ten houses", "All houses"),
                ),
            ),
            Wanted(
                "A night on call is a night asleep",
                "Three people asked to leave the rota",
                (metric("Calls at night in the month", 19, 4, "calls"), at_most("Alarms without a cause", 10, "percent")),
            ),
        ),
    ),
    Team(
        "EDGE",
        "Firmware",
        "ENG",
        13,
        "dependable",
        (
            Wanted(
                "A box in the cellar mends itself",
                "A visit costs more than the box earns in a quarter",
                (
                    metric("Faults mended without a visit", 44, 75, "percent"),
                    metric("Boxes on the current version", 61, 95, "percent"),
                    reached("Updates go on after a power cut"),
                ),
            ),
        ),
    ),
    Team(
        "DATA",
        "Forecasting",
        "ENG",
        10,
        "profitable",
        (
            Wanted(
                "We know tomorrow's sun better than the market",
                "Each point of error costs a house a month of margin in a year",
                (
                    metric("Error of the forecast for the next day", 14.5, 9, "percent"),
                    unknown("What an error costs, by house", "CHF"),
                    metric("Houses whose battery follows the forecast", 80, 450, "houses"),
                ),
            ),
        ),
    ),
    Team(
        "QUAL",
        "Quality",
        "ENG",
        8,
        "dependable",
        (
            Wanted(
                "Nothing leaves that was not tried on a real roof",
                "The lab has no neighbours and no snow",
                (metric("Changes tried on the roof first", 20, 90, "percent"), metric("Faults found there", 0, 60, "faults")),
            ),
        ),
    ),
    Team(
        "SECU",
        "Security",
        "ENG",
        6,
        "dependable",
        (
            Wanted(
                "A stranger in the cellar gets nowhere",
                "The cellar is the one room that everybody has a key to",
                (
                    steps("Keys in hardware", "Chosen", "In new boxes", "In old ones"),
                    metric("Findings open for over 30 days", 24, 3, "findings"),
                ),
            ),
        ),
    ),
    Team(
        "HARD",
        "Hardware",
        _TOP,
        3,
        "profitable",
        (
            Wanted(
                "A box costs less and lives longer",
                "It is half of what a house costs us",
                (metric("Cost of a box", 2_380, 1_950, "CHF"), metric("Returned in the first year", 4.2, 2, "percent")),
            ),
        ),
    ),
    Team(
        "BATT",
        "Batteries",
        "HARD",
        13,
        "dependable",
        (
            Wanted(
                "Batteries keep their promise of twelve years",
                "The first ones age faster than their data sheet",
                (
                    metric("Capacity after 2,000 cycles", 83, 88, "percent"),
                    steps("New cells", "Three suppliers tried", "One chosen", "Certified"),
                    at_most("Cells outside of their temperature", 2, "percent"),
                ),
            ),
        ),
    ),
    Team(
        "SUPP",
        "Supply",
        "HARD",
        11,
        "profitable",
        (
            Wanted(
                "No installation waits for a part",
                "In spring eleven crews waited for one connector",
                (
                    metric("Installations that waited", 18, 3, "percent"),
                    metric("Parts with a second source", 40, 85, "percent"),
                    at_most("Stock", 45, "days"),
                ),
            ),
        ),
    ),
    Team(
        "FILD",
        "Field",
        _TOP,
        3,
        "dependable",
        (
            Wanted(
                "A house is done in one visit",
                "A second visit eats the margin of the first year",
                (metric("Done in one visit", 58, 82, "percent"), metric("Days from contract to power", 74, 45, "days")),
            ),
        ),
    ),
    Team(
        "NORT",
        "Installation North",
        "FILD",
        26,
        "dependable",
        (
            Wanted(
                "Crews of the north finish before the snow",
                "From November on every second date is moved",
                (
                    metric("Houses installed", 0, 64, "houses"),
                    metric("Dates that were moved", 27, 10, "percent"),
                    at_most("Accidents", 0, "accidents"),
                ),
            ),
        ),
    ),
    Team(
        "SOUT",
        "Installation South",
        "FILD",
        28,
        "dependable",
        (
            Wanted(
                "Crews of the south double without doubling",
                "The waiting list is longer than the year",
                (
                    metric("Houses installed", 0, 88, "houses"),
                    metric("Houses per crew in a month", 2.1, 3.2, "houses"),
                    reached("A second depot in Porto"),
                ),
            ),
        ),
    ),
    Team(
        "SERV",
        "Service",
        "FILD",
        18,
        "dependable",
        (
            Wanted(
                "Whoever reports a fault has power again the same day",
                "Nobody forgives a cold shower twice",
                (metric("Mended on the same day", 49, 80, "percent"), metric("Visits that mended nothing", 16, 5, "percent")),
            ),
        ),
    ),
    Team(
        "SALE",
        "Sales",
        _TOP,
        3,
        "profitable",
        (
            Wanted(
                "We sell to those for whom it pays",
                "A fifth of our contracts never should have been signed",
                (
                    metric("Yearly revenue newly signed", 0, 4_000_000, "CHF"),
                    metric("Contracts with a margin above 25 percent", 48, 80, "percent"),
                ),
            ),
        ),
    ),
    Team(
        "HOUS",
        "Housing companies",
        "SALE",
        16,
        "profitable",
        (
            Wanted(
                "Three large housing companies begin with us",
                "One of them is worth a hundred single houses",
                (
                    metric("Houses signed by large companies", 0, 120, "houses"),
                    steps("The pilot in Lyon", "Signed", "Installed", "Measured for a month", "Extended"),
                ),
            ),
        ),
    ),
    Team(
        "COOP",
        "Cooperatives",
        "SALE",
        12,
        "profitable",
        (
            Wanted(
                "Cooperatives recommend us to one another",
                "They trust each other more than any brochure",
                (metric("Signed on a recommendation", 0, 40, "houses"), metric("Weeks until signature", 21, 12, "weeks")),
            ),
        ),
    ),
    Team(
        "MARK",
        "Marketing",
        "SALE",
        10,
        "profitable",
        (
            Wanted(
                "Caretakers know us before owners ask them",
                "In four houses of five the caretaker decides",
                (metric("Caretakers in the programme", 90, 400, "people"), metric("Requests from caretakers", 0, 150, "requests")),
            ),
        ),
    ),
    Team(
        "CARE",
        "Customer care",
        _TOP,
        20,
        "effortless",
        (
            Wanted(
                "One question, one answer, one person",
                "Whoever is passed on twice writes a review",
                (
                    metric("Solved in the first contact", 54, 78, "percent"),
                    at_most("Waiting on the phone", 3, "minutes"),
                    metric("Articles that solve it without us", 30, 120, "articles"),
                ),
            ),
            Wanted(
                "Care tells product what hurts",
                "We hear it first, and they hear it last",
                (metric("Questions with a cause that product knows", 10, 90, "percent"), reached("A weekly hour with product")),
            ),
        ),
    ),
    Team(
        "PEOP",
        "People",
        _TOP,
        8,
        "crew",
        (
            Wanted(
                "The first month decides for the next five years",
                "Half of those who left did so in their first year",
                (metric("Stay longer than a year", 79, 92, "percent"), metric("Have a buddy on the first day", 30, 100, "percent")),
            ),
            Wanted(
                "Technicians grow without becoming managers",
                "The best installer of the south left to be somebody's boss",
                (
                    steps("A second ladder", "Written with technicians", "Paid for", "First ten named"),
                    metric("Days of training", 0, 420, "days"),
                ),
            ),
        ),
    ),
    Team(
        "FINA",
        "Finance",
        _TOP,
        9,
        "profitable",
        (
            Wanted(
                "Numbers are there when they can still change something",
                "We learn in June what March has cost",
                (metric("Working days until the month is closed", 14, 5, "days"), metric("Error of the cash forecast", 18, 6, "percent")),
            ),
        ),
    ),
    Team(
        "LEGA",
        "Legal and permits",
        _TOP,
        6,
        "profitable",
        (
            Wanted(
                "A permit takes weeks, not seasons",
                "A permit in autumn is a roof in spring",
                (metric("Median days until the permit", 68, 40, "days"), metric("Forms that fill themselves", 2, 14, "forms")),
            ),
        ),
    ),
)

OWN_WANTS = (
    ("My part of {theme} works without me", ("Colleagues who can take over", 0, 3, "people"), ("Pages written down", 0, 12, "pages")),
    (
        "I hear what {theme} looks like from outside",
        ("Conversations with people outside", 0, 10, "people"),
        ("Things changed by it", 0, 4, "changes"),
    ),
    ("I answer faster in {theme}", ("Median time to an answer", 30, 8, "hours"), ("Open for over a week", 15, 2, "questions")),
    ("I learn what {theme} will need next year", ("Days of learning", 0, 9, "days"), ("Shown to the team", 0, 3, "sessions")),
    ("Less of {theme} is done by hand", ("Hours by hand in the week", 11, 3, "hours"), ("Steps that run by themselves", 0, 8, "steps")),
)
"""What individuals want; {theme} is what their team is about."""

INDICATORS = (
    Indicator("ARR", "Yearly recurring revenue", "million CHF", "FINA", 21.4, 29.1, low=20, monthly=True),
    Indicator("CASH", "Months of cash", "months", "FINA", 19, 13.5, low=12, monthly=True),
    Indicator("MARGIN", "Gross margin", "percent", "FINA", 22, 27, low=24, monthly=True),
    Indicator("LEFT", "Left in twelve months", "percent", "PEOP", 17, 11, high=14, monthly=True),
    Indicator("OFFLINE", "Systems off line", "percent", "PLAT", 2.4, 1.2, high=1.5),
    Indicator("NPS", "Tenants would recommend us", "points", "CARE", 31, 44, low=30),
    Indicator("WAIT", "Waiting on the phone", "minutes", "CARE", 5.2, 2.6, high=3, lately=4.4),
    Indicator("VISIT", "Done in one visit", "percent", "FILD", 58, 76, low=60),
    Indicator("PIPE", "Weighted pipeline", "million CHF", "SALE", 8.2, 11.4, low=8, lately=6.5),
    Indicator("ACC", "Accidents in the week", "accidents", "FILD", 1.2, 0.6, high=2),
)

STARTS_AN_OBJECTIVE = next(each for each in INDICATORS if each.ref == "PIPE")
BRINGS_IT_BACK = Wanted(
    "There is enough in the pipeline for spring again",
    "Two large contracts were signed at once, and nobody has looked for the next ones meanwhile",
    (),
)

_FIRST_NAMES = """
    Aino Amara Amélie Anjali Anton Arben Aurora Ayşe Beatriz Björn Camille Chiara Chidi Dario Dilara Elena Emeka Émile Farah Fatou
    Filipe Giulia Grace Hana Henrik Hugo Ines Ingrid Isak Ivana Jakub Jasmin João Jonas Kaito Karim Katarzyna Kwame Laila Lars Léa
    Leonor Linh Luca Maja Malik Marta Mateus Mei Milan Mira Nadia Nils Noor Olga Oskar Petra Priya Rafael Rania Rosa Samir Sara
    Selma Silvan Sofia Sunil Tariq Teodora Thandi Tomás Ueli Valentina Vera Viktor Wanjiru Xavier Yara Yusuf Zoë
"""
_LAST_NAMES = """
    Abebe Almeida Andersen Aydin Bachmann Baptista Berisha Bianchi Bouchard Brunner Carvalho Chen Costa Dahl Demir Diallo Dubois
    Eriksen Fernandes Ferrari Fontaine Frei Garnier Gashi Girard Haddad Hansen Hofer Hoxha Ivanova Jensen Joshi Kaya Keller Khalil
    Kowalski Kumar Lambert Larsen Lopes Maas Marques Mbeki Meier Mensah Moreau Moser Nguyen Nielsen Novak Nowak Okafor Olsen Osei
    Patel Pereira Petrov Pinto Ramos Rossi Roth Rousseau Sato Schmid Silva Solberg Suter Tanaka Teixeira Tran Vasić Vogel Weber
    Wyss Yilmaz Zanetti Zbinden
"""


def cast(people: int, teams: tuple[Team, ...], seed: int) -> dict[str, list[Employee]]:
    """Who works in these teams, by a team's short name; the first of each leads it. As many as asked, and two for each team at least."""
    dice = random.Random(f"{seed} cast")  # noqa: S311 - nothing is secret
    names = [(first, last) for first in _FIRST_NAMES.split() for last in _LAST_NAMES.split()]
    chosen = dice.sample(names, max(people, 2 * len(teams)))
    sizes = _sizes(len(chosen), teams)
    employees: dict[str, list[Employee]] = {}
    taken: set[str] = set()
    for team in teams:
        boss = None if team.key == "LEAD" else employees[team.parent or "LEAD"][0].handle
        members: list[Employee] = []
        for _ in range(sizes[team.key]):
            first, last = chosen.pop()
            handle = _handle(first, last, taken)
            members.append(Employee(handle, f"{first} {last}", team.key, members[0].handle if members else boss))
        employees[team.key] = members
    return employees


def _sizes(people: int, teams: tuple[Team, ...]) -> dict[str, int]:
    """How many are in each team: two at least, the rest by its share, and the last takes what is left."""
    shares, rest = sum(team.share for team in teams), people - 2 * len(teams)
    sizes = {team.key: 2 + rest * team.share // shares for team in teams}
    sizes[teams[-1].key] += people - sum(sizes.values())
    return sizes


def _handle(first: str, last: str, taken: set[str]) -> str:
    """As plain letters; the first of a first name has it alone."""
    plain = unicodedata.normalize("NFKD", f"{first}.{last}").replace("ı", "i").encode("ascii", "ignore").decode().lower()
    short = plain.partition(".")[0]
    handle = plain if short in taken else short
    taken.add(handle)
    return handle
