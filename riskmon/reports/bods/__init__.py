"""The Beneficial Ownership Data Standard 0.4: parties and relationships as statements, and what it cannot say."""

from riskmon.reports.bods.statements import Package, Publication, bods_package

__all__ = ["Package", "Publication", "bods_package"]
