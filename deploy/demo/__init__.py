"""The demo company: a year of one that does not exist, told to an installation of its own by ordinary commands."""
