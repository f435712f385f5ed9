"""The shape of every frame: each column once, the input tables, the tables between stages, the output tables."""
