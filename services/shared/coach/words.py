"""The words that the coach knows, by language: another language is another entry.

Titles are looked at in every language at once, for companies write in several. All words are in small letters without accents.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Language:
    """What tells an output from an outcome, a number from none, in one language."""

    producing: frozenset[str]
    """Verbs of what one does or makes: whoever does them is done, whether it helped or not."""
    numbers: frozenset[str]
    """Numbers written out, and words that mean one."""
    vague: frozenset[str]
    """What can be said of anything."""
    vague_of_objectives: frozenset[str]
    """What says nothing even in an objective, which need not be measured."""
    jargon: frozenset[str]
    """Phrases that impress and say nothing."""
    rising: frozenset[str]
    """Verbs after which a number grows."""
    falling: frozenset[str]
    """Verbs after which it shrinks."""
    stop: frozenset[str]
    """Words that two titles may share without being alike."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _phrases(text: str) -> frozenset[str]:
    return frozenset(phrase.strip() for phrase in text.split(","))


ENGLISH: Final = Language(
    producing=_words(
        "arrange assemble assign attend author build call code compile complete conduct configure create define deliver deploy design "
        "develop document draft email film finish hold host implement install interview issue launch list mail make migrate organise "
        "organize perform plan post prepare present print produce program publish record redesign refactor release rewrite run schedule "
        "send set setup share ship shoot submit test train translate tweet update upload visit write"
    ),
    numbers=_words(
        "one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty hundred hundreds thousand thousands "
        "million millions billion billions dozen half halve halves halving double doubles doubling twice triple triples tripling treble "
        "quadruple zero"
    ),
    vague=_words(
        "accomplish better enhance good great help improve increase maximise maximize minimise minimize more optimise optimize "
        "proactive proactively several some strengthen support various less fewer happy thriving majority"
    ),
    vague_of_objectives=_words("better good nice stuff things something somehow various etc"),
    jargon=_phrases(
        "synergy, synergies, synergize, best in class, best of breed, world class, paradigm, paradigm shift, holistic, holistically, "
        "disruptive, low hanging fruit, move the needle, boil the ocean, game changer, game changing, think outside the box, "
        "thought leader, thought leadership, next level, next generation, cutting edge, bleeding edge, value add, win win, deep dive, "
        "circle back, leverage, actionable, mission critical, operationalize, operationalise, ideate, growth hack, growth hacking"
    ),
    rising=_words("increase raise grow expand gain boost lift rise win acquire"),
    falling=_words("reduce decrease lower cut shrink lessen drop shorten"),
    stop=_words(
        "a an the and or of to for from in on at by with into our we us your their its it is are be as that this per over under within"
    ),
)

GERMAN: Final = Language(
    producing=_words(
        "abhalten anlegen anschreiben aufbauen aufnehmen aufsetzen ausarbeiten ausfuhren ausrollen bauen bereitstellen bespielen "
        "definieren dokumentieren drehen durchfuhren einfuhren einrichten entwerfen entwickeln erarbeiten erledigen erstellen gestalten "
        "halten herausbringen hochladen implementieren installieren konzipieren liefern migrieren organisieren planen posten "
        "produzieren programmieren prasentieren publizieren realisieren schreiben schulen senden teilen testen uberarbeiten umsetzen "
        "veranstalten veroffentlichen versenden verfassen verschicken vorbereiten"
    ),
    numbers=_words(
        "eins zwei drei vier funf sechs sieben acht neun zehn elf zwolf zwanzig dreissig vierzig funfzig hundert tausend "
        "tausende million millionen milliarde milliarden dutzend halbe halben halbieren verdoppeln doppelt verdreifachen dreifach null"
    ),
    vague=_words(
        "ausbauen besser einige erhohen fordern gut helfen maximieren mehr minimieren mehrere optimieren proaktiv starken steigern "
        "unterstutzen verbessern verschiedene viele weniger mehrheit"
    ),
    vague_of_objectives=_words("besser besserer bessere gut sachen dinge irgendwie diverse usw"),
    jargon=_phrases(
        "synergie, synergien, ganzheitlich, ganzheitliche, ganzheitlicher, state of the art, mindset, auf das nachste level, "
        "nachstes level, game changer, best in class, weltklasse, low hanging fruits, leuchtturmprojekt, leuchtturm, paradigmenwechsel, "
        "mehrwert generieren, hebel nutzen, agilisieren, disruptiv"
    ),
    rising=_words("erhohen steigern wachsen ausbauen gewinnen heben anheben"),
    falling=_words("senken reduzieren verringern verkurzen mindern vermindern kurzen"),
    stop=_words(
        "der die das den dem des ein eine einen einem einer und oder von zu zum zur fur aus in im an am auf mit bei unser unsere wir "
        "ihr sein ist sind als dass pro uber unter innerhalb bis"
    ),
)

LANGUAGES: Final = {"en": ENGLISH, "de": GERMAN}

_WORD: Final = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_PERIOD: Final = re.compile(
    r"\b(?:"
    r"(?:fy|q|h|s|kw|cw|week|quarter|quartal|halbjahr|jahr|year)[ -]?\d+|[1-4]q"  # Q3, FY22, H1, KW 12, 3Q
    r"|(?:19|20)\d\d(?:[-/.]\d{1,2}){0,2}"  # 2026, 2026-03-31
    r")\b|\b\d{1,2}\.\d{1,2}\.(?:\d{2,4}\b)?"  # 31.3., 31.03.2026
)
"""Periods and days, which are numbers of the calendar and measure nothing."""
_LABEL: Final = re.compile(
    r"\b(?:stage|tier|phase|level|stufe|version|v|release|part|teil|step|schritt|iso|b)[ -]?\d+(?:\.\d+)*\b(?: (?:and|or|und|oder) \d+\b)?"
)
"""What goes by a number and is not counted by it: tier 1 and 2, stage 4, version 2, ISO 27001, B2B."""
_DIGIT: Final = re.compile(r"\d")
_DURATION: Final = re.compile(
    r"\b(?:in|within|by|every|each|per|innerhalb von|alle|pro) (?:the next |den nachsten )?\d+ "
    r"(?:day|week|month|quarter|year|tag|woche|monat|quartal|jahr)\w*"
)
"""How long it takes, which is not what shall be reached: within 3 months."""


def words_of(text: str) -> list[str]:
    """The words of a text without accents, in their order; a word with a hyphen is one: one-on-one."""
    return _WORD.findall(text)


def counted(text: str) -> str:
    """A text without accents without the numbers that count nothing: periods, days, labels."""
    return _LABEL.sub(" ", _PERIOD.sub(" ", text))


def has_number(text: str) -> bool:
    """Whether a text without accents names a figure, in digits or written out; N3, as companies hide theirs, is one."""
    rest = counted(text)
    return bool(_DIGIT.search(rest)) or any(word in language.numbers for language in LANGUAGES.values() for word in words_of(rest))


def has_figure(text: str) -> bool:
    """Whether a text without accents names a figure in digits that is neither a period, a label nor how long something takes."""
    return bool(_DIGIT.search(_DURATION.sub(" ", counted(text))))


def produces(words: list[str]) -> str | None:
    """The verb by which words say what is done, rather than what comes of it; None: they do not.

    English says it first (write 10 posts, writing 10 posts; but the share of readers is a thing), German last (10 Artikel schreiben).
    """
    if not words:
        return None
    first, last = words[0], words[-1]
    if any(form in ENGLISH.producing for form in _base_forms(first)):
        return None if words[1:2] in (["of"], ["who"]) else first
    return last if len(words) > 1 and last in GERMAN.producing else None


def _base_forms(verb: str) -> Iterable[str]:
    yield verb
    if verb.endswith("ing") and len(verb) > len("ing") + 1:
        stem = verb.removesuffix("ing")
        yield stem
        yield f"{stem}e"
        if stem[-1] == stem[-2]:
            yield stem[:-1]
