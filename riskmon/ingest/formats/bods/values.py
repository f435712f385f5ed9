"""The scalar values of the standard: text, dates, instants, addresses of the web, percentages.

JSON is read with decimals (`parse_float=Decimal`), so a percentage is an exact number from the file onwards.
"""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, StrictStr
from pydantic.alias_generators import to_camel

MODEL = ConfigDict(alias_generator=to_camel)
"""Our snake_case fields are the standard's camelCase; what we do not name is not read."""

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?", re.IGNORECASE)
_PARTIAL_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-\d{2})?)?")


def _date(value: object) -> date:
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise ValueError("a date is written YYYY-MM-DD")
    return date.fromisoformat(value)


def _instant(value: object) -> datetime:
    if isinstance(value, str) and _DATE.fullmatch(value):
        return datetime.combine(_date(value), datetime.min.time(), tzinfo=UTC)
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        raise ValueError("an instant is written YYYY-MM-DD or YYYY-MM-DDTHH:MM:SS")
    moment = datetime.fromisoformat(value.upper())
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _partial_date(value: str) -> str:
    if not _PARTIAL_DATE.fullmatch(value):
        raise ValueError("a date is written YYYY, YYYY-MM or YYYY-MM-DD")
    return value


def _number(value: object) -> int | Decimal:
    if not isinstance(value, int | Decimal):
        raise ValueError("a share is a number")
    return value


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if not parts.scheme or not (parts.netloc or parts.path) or " " in value:
        raise ValueError("a URI has a scheme, as in https://")
    return value


Text = StrictStr
FilledText = Annotated[StrictStr, Field(min_length=1)]
IsoDate = Annotated[date, BeforeValidator(_date)]
Instant = Annotated[datetime, BeforeValidator(_instant)]
PartialDate = Annotated[StrictStr, AfterValidator(_partial_date)]
WebAddress = Annotated[StrictStr, AfterValidator(_web_address)]
Percent = Annotated[Decimal, Field(ge=0, le=100), BeforeValidator(_number)]
CountryCode = Annotated[StrictStr, Field(min_length=2, max_length=2)]
JurisdictionCode = Annotated[StrictStr, Field(min_length=2, max_length=6)]
