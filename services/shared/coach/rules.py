"""The rules of the coach, each a small declaration: what it is called, how much it matters, what it says and what it suggests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from chassis.texts import without_accents
from shared.coach.drafts import KeyResult, Objective
from shared.coach.words import LANGUAGES, has_figure, has_number, produces, words_of
from shared.limits import FEWEST_GOOD_KEY_RESULTS, MOST_GOOD_KEY_RESULTS

Severity = Literal["warning", "hint"]
"""warning: progress cannot be told, or something is missing. hint: a second look is worth it."""

MOST_OBJECTIVES_OF_A_TEAM: Final = 4


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that the coach looks for. In `says` braces stand what was found."""

    id: str
    severity: Severity
    about: str
    """What it looks for, in a line."""
    says: str
    suggests: str


Detail = Mapping[str, object]
"""What was found, by the words in braces of a rule's sentence."""


# -- of a key result alone ------------------------------------------------------------------------------------------------------------

NO_NUMBER: Final = Rule(
    "no-number",
    "warning",
    "a key result that names no number, and is not measured by one",
    "It names no number: nobody can tell how far it is.",
    "Say from which value to which: from 40 to 60 %, at most 24 hours, 3 customers. Where there is no figure yet, measure one first.",
)
OUTPUT: Final = Rule(
    "output",
    "warning",
    "an output instead of an outcome: what is done, not what comes of it",
    "It says what you do ({verb}), not what comes of it: it can be done and change nothing.",
    "Ask what it is for, and measure that: not ten posts, but a thousand readers. What you do is an initiative or a task.",
)
VAGUE_KEY_RESULT: Final = Rule(
    "vague",
    "hint",
    "words that can be said of anything, where a figure should stand",
    "“{word}” can be said of anything here, for no figure says how much.",
    "Say what would be seen if it were so, and how much of it.",
)
START_MEETS_TARGET: Final = Rule(
    "start-meets-target",
    "warning",
    "a start that already meets the target",
    "It starts at {start}, and {target} is met by that already.",
    "Look at start and target again: what is reached on the first day measures nothing.",
)
REACHED_EARLY: Final = Rule(
    "sandbagging",
    "hint",
    "a key result that was achieved in the first tenth of the cycle",
    "It was achieved in the first tenth of the cycle.",
    "It was too easy, or known already. Aim at what you reach with some luck: 70 % of it is a success.",
)
NO_OWNER: Final = Rule(
    "no-owner",
    "warning",
    "nobody owns it",
    "Nobody owns it.",
    "Name one person who reports on it; they need not do the work alone.",
)
NO_DUE_DAY: Final = Rule(
    "no-due-day",
    "warning",
    "no day that it is due",
    "It has no day that it is due.",
    "Give it one, or a cycle, whose last day it takes.",
)
JARGON: Final = Rule(
    "jargon",
    "hint",
    "phrases that impress and say nothing",
    "“{phrase}” is jargon: everybody reads something else into it.",
    "Say it as you would to a new colleague on the first day.",
)

# -- of an objective ------------------------------------------------------------------------------------------------------------------

IS_A_METRIC: Final = Rule(
    "objective-is-a-metric",
    "warning",
    "an objective that is itself a metric",
    "It is a figure, and not what the figure is for.",
    "Make the figure a key result, and say here in words what it is good for: people follow a direction rather than a number.",
)
VAGUE_OBJECTIVE: Final = Rule(
    "vague-objective",
    "hint",
    "an objective of which nobody can say when it would be reached",
    "“{word}” leaves open when it would be reached.",
    "Say what would be otherwise then, for whom.",
)
TOO_MANY_KEY_RESULTS: Final = Rule(
    "too-many-key-results",
    "warning",
    f"more than {MOST_GOOD_KEY_RESULTS} key results",
    "{count} key results count for it; more than five dilute it.",
    "Keep the two to five that would show it best; let the others go, or make an objective of their own of them.",
)
TOO_FEW_KEY_RESULTS: Final = Rule(
    "too-few-key-results",
    "warning",
    f"fewer than {FEWEST_GOOD_KEY_RESULTS} key results",
    "It has {so_few}.",
    "Have two to five, one of which would fall if another were reached at any price.",
)
NO_PARENT: Final = Rule(
    "no-parent",
    "hint",
    "an objective below the company's level that hangs under nothing",
    "It is of a {level}, and hangs under no other objective.",
    "Say which objective of the company or of another team it serves; where there is none, ask whether it should be done.",
)

# -- of several -----------------------------------------------------------------------------------------------------------------------

TOO_MANY_OBJECTIVES: Final = Rule(
    "too-many-objectives",
    "warning",
    f"a team with more than {MOST_OBJECTIVES_OF_A_TEAM} objectives in a cycle",
    "{team} has {count} objectives in this cycle; with more than four nothing comes first.",
    "Choose the three or four that matter most, and leave the rest for the next cycle.",
)
NEAR_DUPLICATE: Final = Rule(
    "near-duplicate",
    "hint",
    "two objectives, or two key results, that say nearly the same",
    "It says nearly the same as {other}.",
    "If it is the same, keep one: a key result can count for several objectives, and an objective can have several contributors.",
)

RULES: Final = (
    NO_NUMBER,
    OUTPUT,
    VAGUE_KEY_RESULT,
    START_MEETS_TARGET,
    REACHED_EARLY,
    NO_OWNER,
    NO_DUE_DAY,
    JARGON,
    IS_A_METRIC,
    VAGUE_OBJECTIVE,
    TOO_MANY_KEY_RESULTS,
    TOO_FEW_KEY_RESULTS,
    NO_PARENT,
    TOO_MANY_OBJECTIVES,
    NEAR_DUPLICATE,
)
"""Every rule. A finding is of one of these."""


# -- how each is found ----------------------------------------------------------------------------------------------------------------


def _no_number(key_result: KeyResult) -> Iterable[Detail]:
    """What is done or not done can be told without a figure, unless nobody can say when it is done; what owners grade cannot."""
    if key_result.measured == "graded" or (key_result.measured == "binary" and any(_vague(key_result))):
        yield from () if has_number(without_accents(key_result.title)) else ({},)


def _output(key_result: KeyResult) -> Iterable[Detail]:
    """Something to be delivered is a fair key result where it is said to be one, done or not: this is about counting what one makes."""
    if key_result.measured in ("binary", "milestones"):
        return
    if (verb := produces(words_of(without_accents(key_result.title)))) is not None:
        yield {"verb": _as_written(key_result.title, verb)}


def _vague(key_result: KeyResult) -> Iterable[Detail]:
    if key_result.measured not in ("graded", "binary") or has_number(without_accents(key_result.title)):
        return
    yield from _first_of(key_result.title, "word", *(language.vague for language in LANGUAGES.values()))


def _start_meets_target(key_result: KeyResult) -> Iterable[Detail]:
    """The way leads from start to target; so the start meets the target where the title wants the other way."""
    start, target = key_result.start, key_result.target
    if start is None or target is None:
        return
    words = set(words_of(without_accents(key_result.title)))
    rises = any(words & language.rising for language in LANGUAGES.values())
    falls = any(words & language.falling for language in LANGUAGES.values())
    if start == target or (rises and not falls and start > target) or (falls and not rises and start < target):
        yield {"start": f"{start:g}", "target": f"{target:g}"}


def _when(is_so: Callable[[KeyResult], bool]) -> Callable[[KeyResult], Iterable[Detail]]:
    return lambda key_result: ({},) if is_so(key_result) else ()


def _jargon(title: str) -> Iterable[Detail]:
    said = f" {' '.join(words_of(without_accents(title).replace('-', ' ')))} "
    for language in LANGUAGES.values():
        for phrase in language.jargon:
            if f" {phrase} " in said:
                yield {"phrase": _as_written(title.replace("-", " "), phrase)}
                return


def _is_a_metric(objective: Objective) -> Iterable[Detail]:
    if has_figure(without_accents(objective.title)):
        yield {}


def _vague_objective(objective: Objective) -> Iterable[Detail]:
    yield from _first_of(objective.title, "word", *(language.vague_of_objectives for language in LANGUAGES.values()))


def _how_many_key_results(objective: Objective) -> int:
    return len(objective.key_results) + objective.counts


def _too_many_key_results(objective: Objective) -> Iterable[Detail]:
    if (count := _how_many_key_results(objective)) > MOST_GOOD_KEY_RESULTS:
        yield {"count": count}


def _too_few_key_results(objective: Objective) -> Iterable[Detail]:
    if (count := _how_many_key_results(objective)) < FEWEST_GOOD_KEY_RESULTS:
        none = "no key results: nothing says when it is reached"
        yield {"so_few": "one key result: one figure alone is easily met in the wrong way" if count else none}


def _no_parent(objective: Objective) -> Iterable[Detail]:
    if objective.level != "company" and not objective.has_parent:
        yield {"level": "person" if objective.level == "individual" else objective.level}


def _first_of(title: str, name: str, *lists: frozenset[str]) -> Iterable[Detail]:
    for word in words_of(without_accents(title)):
        if any(word in known for known in lists):
            yield {name: _as_written(title, word)}
            return


def _as_written(title: str, found: str) -> str:
    """Words that were found without their accents, in small letters as the title has them."""
    written, count = words_of(title), found.count(" ") + 1
    several = (" ".join(written[at : at + count]) for at in range(len(written)))
    return next((words.lower() for words in several if without_accents(words) == found), found)


OF_A_KEY_RESULT: Final[Mapping[Rule, Callable[[KeyResult], Iterable[Detail]]]] = {
    NO_NUMBER: _no_number,
    OUTPUT: _output,
    VAGUE_KEY_RESULT: _vague,
    START_MEETS_TARGET: _start_meets_target,
    REACHED_EARLY: _when(lambda key_result: key_result.reached_early),
    NO_OWNER: _when(lambda key_result: not key_result.has_owner),
    NO_DUE_DAY: _when(lambda key_result: not key_result.has_due_day),
    JARGON: lambda key_result: _jargon(key_result.title),
}
OF_AN_OBJECTIVE: Final[Mapping[Rule, Callable[[Objective], Iterable[Detail]]]] = {
    IS_A_METRIC: _is_a_metric,
    VAGUE_OBJECTIVE: _vague_objective,
    TOO_MANY_KEY_RESULTS: _too_many_key_results,
    TOO_FEW_KEY_RESULTS: _too_few_key_results,
    NO_PARENT: _no_parent,
    NO_OWNER: lambda objective: () if objective.has_owner else ({},),
    NO_DUE_DAY: lambda objective: () if objective.has_due_day else ({},),
    JARGON: lambda objective: _jargon(objective.title),
}
