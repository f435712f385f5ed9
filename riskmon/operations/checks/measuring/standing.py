"""Standing: all that books ask of a party when they measure a claim on it or a promise of it."""

from typing import NamedTuple

import numpy as np
import polars as pl

from riskmon.domain.terms import GRADES
from riskmon.exposures.standing import TAG_SEPARATOR
from riskmon.rulebook.exposure_rules import Exemption, Mitigation, RiskWeight
from riskmon.rulebook.select import Book

_ASKED = ("kind", "country", "government_level", "is_qualifying_ccp", "risk_weight_bp", "tags")


class Standing(NamedTuple):
    """How a party stands; None is unknown. `number` is its own; `grade_rank` that of its country, 0 the best."""

    number: int
    kind: str | None
    country: str | None
    government_level: str | None
    is_qualifying_ccp: bool | None
    risk_weight_bp: int | None
    tags: frozenset[str]
    grade_rank: int | None

    def has_grade(self, min_grade: str) -> bool:
        """Whether its country has this grade or a better one."""
        return self.grade_rank is not None and self.grade_rank <= GRADES.index(min_grade)

    def weight(self, book: Book) -> int | None:
        """Its risk weight: as delivered, else what the book says of its kind and grade."""
        if self.risk_weight_bp is not None:
            return self.risk_weight_bp
        return next((rule.weight_bp for rule in book.risk_weights if self._has_weight(rule)), None)

    def _has_weight(self, rule: RiskWeight) -> bool:
        return self.kind in rule.party_kinds and (not rule.min_grade or self.has_grade(rule.min_grade))

    def exempts(self, rule: Exemption, book: Book) -> bool:
        """Whether it meets what an exemption asks of the obligor."""
        weight = rule.max_risk_weight_bp
        return (
            (not rule.party_kinds or self.kind in rule.party_kinds)
            and (not rule.countries or self.country in rule.countries)
            and (not rule.government_levels or self.government_level in rule.government_levels)
            and rule.is_qualifying_ccp in (None, bool(self.is_qualifying_ccp))
            and (not rule.tags or not self.tags.isdisjoint(rule.tags))
            and (not rule.min_grade or self.has_grade(rule.min_grade))
            and (weight is None or ((own := self.weight(book)) is not None and own <= weight))
        )

    def provides(self, rule: Mitigation) -> bool:
        """Whether it meets what an entry on protection asks of the provider, but for its weight and for who it is."""
        return (
            (not rule.provider_kinds or self.kind in rule.provider_kinds)
            and (not rule.provider_tags or not self.tags.isdisjoint(rule.provider_tags))
            and (not rule.provider_countries or self.country in rule.provider_countries)
            and (not rule.min_grade or self.has_grade(rule.min_grade))
        )


NOBODY = Standing(-1, None, None, None, None, None, frozenset(), None)
"""What is known of a provider that is not named."""


class Standings:
    """How every party stands, by party key. Parties that stand alike share one standing."""

    def __init__(self, parties: pl.DataFrame, country_ratings: pl.DataFrame) -> None:
        """Take the validated tables."""
        asked = parties.select(_ASKED)
        alike = asked.unique(maintain_order=True).with_row_index("standing")
        joined = asked.join(
            alike, on=_ASKED, how="left", nulls_equal=True, maintain_order="left", validate="m:1"
        )
        self._of_party = joined["standing"].to_numpy().astype(np.int32)
        ranks = {name: rank for rank, name in enumerate(GRADES)}
        graded = dict(country_ratings.select("country", "grade").iter_rows())
        self._standings = [
            Standing(
                number,
                kind,
                country,
                level,
                is_qualifying,
                weight,
                frozenset(() if tags is None else tags.split(TAG_SEPARATOR)),
                ranks.get(graded.get(country, "")),
            )
            for number, kind, country, level, is_qualifying, weight, tags in alike.iter_rows()
        ]

    def of(self, party_key: int | None) -> Standing:
        """How a party stands."""
        return NOBODY if party_key is None else self._standings[self._of_party.item(party_key)]
