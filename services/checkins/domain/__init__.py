"""The rules of check-ins and grades: plain Python, no clock, no I/O.

Events are the protobuf messages of `cairn.checkins.v1`. What a caller reports comes in as the event that would record it:
the decision answers it, or raises `Refused`.
"""
