"""The countries of the AmazonGlobal programme (rule R5), from the list that lies here or from an operator's own."""

import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from redeem_app.adapters.campaign_files_values import Country, Text
from redeem_app.domain.eligibility import DeliveryCountries

OWN_LIST: Final = Path(__file__).with_suffix(".toml")


class DeliveryCountriesWrong(Exception):
    """A sentence that says what is wrong with an operator's list."""


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid")

    source: Text
    as_of: date
    countries: list[Country]


@cache
def delivery_countries(path: Path = OWN_LIST) -> DeliveryCountries:
    """The list of the file. Raises DeliveryCountriesWrong."""
    try:
        form = _Form.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        wrong = error.errors(include_url=False)[0]
        place = ".".join(str(step) for step in wrong["loc"])
        raise DeliveryCountriesWrong(f"{path}: {place}: {wrong['msg'].removeprefix('Value error, ')}") from error
    except (OSError, ValueError) as error:
        raise DeliveryCountriesWrong(f"{path} can't be read as TOML: {error}") from error
    if not form.countries:
        raise DeliveryCountriesWrong(f"{path}: countries: is empty")
    return DeliveryCountries(form.source, form.as_of, frozenset(form.countries))
