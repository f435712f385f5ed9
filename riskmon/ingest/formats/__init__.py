"""Formats: published ownership data, read into the parties and relationships of the data contract."""
