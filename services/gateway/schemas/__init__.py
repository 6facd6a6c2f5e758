"""Each thing's JSON, declared once: the types of its fields, and where they are read in the messages of the services.

Routes import the modules of this folder by name: `fields`, `enums`, `mapping`, `progress`, `results`.
"""
