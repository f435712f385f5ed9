"""Ratings: how good the bank's claims are; today the class that every claim has at least."""

from riskmon.ratings.stage import run

__all__ = ["run"]
