"""The standardised approach for counterparty credit risk: what derivatives of one netting set put at stake.

Measured amounts are floats in minor units of the reporting currency: durations, roots and the normal distribution
leave no whole numbers. They are computed trade by trade in the order of trade ids and added up in that order, so that
neither the order of delivery nor the number of threads moves a bit; each set is turned into money once, rounded up.
"""

from riskmon.exposures.sa_ccr.sets import set_exposures

__all__ = ["set_exposures"]
