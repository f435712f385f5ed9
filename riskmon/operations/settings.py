"""Reading the settings of this process, with a mistake in one told as the caller's."""

from pydantic import ValidationError
from pydantic_settings import SettingsError

from riskmon.domain.errors import CallerError
from riskmon.settings import Settings


def read_settings() -> Settings:
    """The settings from the environment.

    Raises:
        CallerError: a variable holds a value that its setting does not allow.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(("RISKMON", *map(str, first["loc"]))).upper() if first["loc"] else "RISKMON_..."
        raise CallerError(
            f"The environment variable {name} cannot be used: {first['msg']}.",
            remedy="Correct or unset it.",
        ) from error
    except SettingsError as error:
        raise CallerError(
            f"An environment variable cannot be used: {error}.", remedy="Write it as JSON, or unset it."
        ) from error
