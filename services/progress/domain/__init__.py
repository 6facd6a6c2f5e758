"""The formulas and the folds: pure, no I/O, no clock."""
