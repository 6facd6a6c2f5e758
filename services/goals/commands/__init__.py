"""What can be asked of goals, one function a command: what is it about, who may, decide and append.

Who may is asked on the objective that is edited, or of the caller's roles before anything is defined. What must be so elsewhere -
the cycle is open, the parent is there - is a requirement in the same unit, and anyone may look there. What a command is about comes
first in its unit: its version is the answer's. Each raises Refused: what its policy and its decisions refuse with, KEY_RESULT_UNKNOWN
where it names a key result, and what `Aggregates.decide` does.
"""
