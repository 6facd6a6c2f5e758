"""Each thing's JSON, declared once: the types of its fields, and where they are read in the messages of the services.

`mapping` is the way from a message to JSON, `fields`, `values` and `enums` are what it is made of; the others are things of the API. Routes
import them by name, so that there is no facade: each is asked for by the routes of its thing.
"""
