"""Read variables of the environment. One that cannot be used ends in a sentence that names it and helps."""

import json
import logging
import re
import warnings
import zoneinfo
from decimal import Decimal, InvalidOperation
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

EXAMPLE = {"name": "value"}
TRUE = {"true", "on", "ok", "y", "yes", "1"}
FALSE = {"false", "off", "n", "no", "0"}


class Environment(environ.Env):  # type: ignore[misc]  # it comes without types
    """Never with the value in the sentence: it may hold a password."""

    def get_value(self, var: str, *args: Any, **more: Any) -> Any:
        try:
            return super().get_value(var, *args, **more)
        except ValueError as error:
            raise ImproperlyConfigured(f"{var}: {error}.") from error

    def db_url(self, var: str, *args: Any, **more: Any) -> Any:
        try:
            with warnings.catch_warnings(action="ignore"):  # what it warns of is refused here
                found = super().db_url(var, *args, **more)
        except ValueError as error:
            raise ImproperlyConfigured(f"{var}: {error}.") from error
        if "postgresql" not in found.get("ENGINE", "") or not found.get("NAME"):
            raise ImproperlyConfigured(f"{var}: it is written as postgres://user:password@host:5432/name.")
        return found

    def switch(self, var: str, *, default: bool) -> bool:
        """A misspelt “true” would silently be a “false”."""
        given = self.str(var, default="").strip().lower()
        if given and given not in TRUE | FALSE:
            raise ImproperlyConfigured(f"{var}: it is switched on with true and off with false.")
        return given in TRUE if given else default

    def whole(self, var: str, *, default: int, least: int = 0, most: int = 2**31 - 1) -> int:
        given = self.str(var, default=str(default)).strip()
        if re.fullmatch(r"-?[0-9]{1,18}", given) and least <= int(given) <= most:
            return int(given)
        raise ImproperlyConfigured(f"{var}: it is a whole number from {least} to {most}.")

    def number(self, var: str, *, default: float) -> float:
        given = self.str(var, default=str(default)).strip()
        if re.fullmatch(r"-?[0-9]{0,18}\.?[0-9]{1,18}", given):
            return float(given)
        raise ImproperlyConfigured(f"{var}: it is a number, such as {default:g}.")

    def data(self, var: str, *, default: dict[str, Any]) -> Any:
        given = self.str(var, default="").strip()
        try:
            return json.loads(given) if given else default
        except ValueError as error:
            raise ImproperlyConfigured(
                f"{var}: it is JSON, such as {json.dumps(EXAMPLE)} ({error})."
            ) from error

    def usd(self, var: str) -> Decimal | None:
        """An amount of money; None when nothing is set."""
        given = self.str(var, default="").strip()
        try:
            amount = Decimal(given) if given else None
        except InvalidOperation:
            amount = Decimal("NaN")
        if amount is not None and (not amount.is_finite() or amount < 0):
            raise ImproperlyConfigured(
                f"{var} is no amount of US dollars: write it as 2.50, or leave it empty."
            )
        return amount

    def time_zone(self, var: str) -> str:
        name: str = self.str(var, default="").strip() or "UTC"
        try:
            zoneinfo.ZoneInfo(name)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ImproperlyConfigured(
                f"{var}: there is no such time zone; write it as Europe/Berlin."
            ) from error
        return name

    def log_level(self, var: str) -> str:
        level: str = self.str(var, default="").strip().upper() or "WARNING"
        if level not in logging.getLevelNamesMapping():
            raise ImproperlyConfigured(f"{var}: it is DEBUG, INFO, WARNING, ERROR or CRITICAL.")
        return level

    def address(self, var: str, schemes: tuple[str, ...]) -> str:
        """Of a server; empty when none is set."""
        given: str = self.str(var, default="").strip()
        if given and given.partition("://")[0].lower() not in schemes:
            raise ImproperlyConfigured(
                f"{var}: it begins with {' or '.join(f'{one}://' for one in schemes)}."
            )
        return given
