"""The rules of cycles, objectives and key results: plain Python, no clock, no I/O.

Events are the protobuf messages of `cairn.goals.v1`. A state is folded by `apply`; a decision reads a state and answers
events, or raises `Refused`; it never changes anything. What a caller wishes for comes in as the event that would record
it: the decision completes, trims or refuses it.
"""
