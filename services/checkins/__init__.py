"""Check-ins and grades: what was reported of key results, what it is true of, what was taken back."""
