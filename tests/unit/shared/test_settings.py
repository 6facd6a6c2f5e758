"""What each setting takes, and what it says where nothing was said."""

from __future__ import annotations

import pytest

from shared.settings import BOUNDS, DEFAULT_PACE, SETTINGS, STRAIGHT


@pytest.mark.parametrize("name", SETTINGS)
def test_every_default_is_a_value_of_its_setting(name: str) -> None:
    setting = SETTINGS[name]
    assert setting.canonical(setting.default) == setting.default


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("time_zone", " Europe/Zurich ", "Europe/Zurich"),
        ("bounds", "0.05;0.5", "0.05;0.5"),
        ("bands", "0.5;0.5", "0.5;0.5"),
        ("cadence", "Two-Weekly", "two-weekly"),
        ("weekday", "FRI", "fri"),
        ("default_pace", "Straight", "straight"),
        ("default_pace", "0;0.1;0.3;1", "0;0.1;0.3;1"),
        ("default_visibility", "team", "team"),
        ("approval", "Yes", "on"),
        ("approval", "no", "off"),
        ("two_to_five", "true", "on"),
    ],
)
def test_a_value_is_kept_as_it_is_written(name: str, value: str, kept: str) -> None:
    assert SETTINGS[name].canonical(value) == kept


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("time_zone", "Mars/Olympus", "time zone"),
        ("time_zone", "", "time zone"),
        ("time_zone", "localtime", "time zone"),
        ("time_zone", "right/Europe/Zurich", "time zone"),
        ("bounds", "0.25;0.10", "lower one comes first"),
        ("bounds", "0.1", "two"),
        ("bounds", "0.1;x", "no number"),
        ("bounds", "0.1;nan", "no share"),
        ("bounds", "-0.1;0.2", "no share"),
        ("bands", "0.4;1.1", "no share"),
        ("cadence", "daily", "weekly"),
        ("weekday", "monday", "mon"),
        ("default_pace", "0.1;1", "begins at 0"),
        ("default_pace", "0;0.9", "ends at 1"),
        ("default_pace", "0;0.6;0.5;1", "do not fall"),
        ("default_pace", "0", "2 to"),
        ("default_visibility", "everybody", "company"),
        ("approval", "maybe", "neither on nor off"),
    ],
)
def test_what_is_no_value_is_refused_with_what_one_looks_like(name: str, value: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        SETTINGS[name].canonical(value)


def test_a_value_is_read_as_what_it_means() -> None:
    assert BOUNDS.read("0.10;0.25") == (0.1, 0.25)
    assert DEFAULT_PACE.read("straight") == STRAIGHT
    assert DEFAULT_PACE.read("0;0.2;1") == (0.0, 0.2, 1.0)
