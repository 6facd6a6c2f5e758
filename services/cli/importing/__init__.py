"""Importing a folder of tables: read into a plan (pure), then brought into Cairn."""
