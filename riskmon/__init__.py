"""riskmon: who is one risk with whom, how much is at stake, and what may still be lent."""

__version__ = "0.1.0"
