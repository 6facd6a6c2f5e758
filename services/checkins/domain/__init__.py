"""The rules of check-ins and grades: plain Python, no clock, no I/O.

Events are the protobuf messages of `cairn.checkins.v1`. A decision takes the command's values, and returns the event that it builds, or
raises `Refused`.
"""
