"""Show a number as a spreadsheet shows it: by its format's code, in the English way. Pure."""

import calendar
import datetime
import re
from functools import lru_cache

# Those that a file names by number alone; the others stand in it.
BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00",
    12: "# ?/?", 13: "# ??/??",
    14: "yyyy-mm-dd", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM",
    20: "h:mm", 21: "h:mm:ss", 22: "yyyy-mm-dd h:mm", 37: "#,##0 ;(#,##0)", 38: "#,##0 ;(#,##0)",
    39: "#,##0.00;(#,##0.00)", 40: "#,##0.00;(#,##0.00)", 45: "mm:ss", 46: "[h]:mm:ss",
    47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
}  # fmt: skip
# Words as they are, a sign after a backslash, room for a sign, a fill; then colours and currencies.
LITERAL = re.compile(r'"([^"]*)"|\\(.)|_(.)|\*(.)')
BRACKET = re.compile(r"\[([^\]]*)\]")
DIGITS = re.compile(r"[#0?][#0?,]*(?:\.[#0?]+)?,*(?:[eE][+-]?[0#?]+)?|\.[0#?]+")
FRACTION = re.compile(r"[#0?]+\s*/\s*[#0?\d]+")
DATE_PART = re.compile(r"AM/PM|A/P|\[h+\]|\[m+\]|\[s+\]|y+|m+|d+|h+|s+(?:\.0+)?|\.0+", re.I)
MONTHS = list(calendar.month_name)[1:]
DAYS = list(calendar.day_name)
EPOCH, EPOCH_1904 = datetime.datetime(1899, 12, 30), datetime.datetime(1904, 1, 1)
LAST_DAY = 2_958_465  # 9999-12-31


def shown(value: float, code: str, *, since_1904: bool = False) -> str:
    if not code or code.lower() == "general" or code == "@":
        return general(value)
    section, literal = _section(code, value)
    if _is_date(section):
        return _date(value, section, since_1904)
    return _number(abs(value) if literal else value, section)


def general(value: float) -> str:
    """Without the noise that a binary number has behind its tenth digit."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    text = f"{value:.10g}"
    return f"{value:.12f}".rstrip("0").rstrip(".") if "e-0" in text else text


@lru_cache(maxsize=1000)
def _sections(code: str) -> tuple[str, ...]:
    parts, quoted, last = [""], False, ""
    for sign in code:
        quoted = not quoted if sign == '"' and last != "\\" else quoted
        if sign == ";" and not quoted and last != "\\":
            parts.append("")
        else:
            parts[-1] += sign
        last = "" if last == "\\" else sign
    return tuple(parts)


def _section(code: str, value: float) -> tuple[str, bool]:
    """The part for numbers of this kind; one that is for negative ones alone shows their sign itself."""
    parts = _sections(code)
    if value < 0 and len(parts) > 1:
        return parts[1], True
    return (parts[2], False) if value == 0 and len(parts) > 2 and parts[2] else (parts[0], False)


def _is_date(section: str) -> bool:
    bare = BRACKET.sub(lambda found: "h" if found[1][:1].lower() in "hms" and found[1] else "", section)
    return bool(re.search(r"[ymdhs]", LITERAL.sub("", bare), re.I)) and "General" not in section


def _plain(text: str) -> str:
    text = BRACKET.sub(lambda found: found[1][1:].split("-")[0] if found[1].startswith("$") else "", text)
    return LITERAL.sub(
        lambda found: found[1] if found[1] is not None else found[2] or (" " if found[3] else ""), text
    )


def _number(value: float, section: str) -> str:
    if "General" in section:
        return _plain(section).replace("General", general(value)).strip()
    hidden = LITERAL.sub(lambda found: "\0" * len(found[0]), BRACKET.sub(lambda b: "\0" * len(b[0]), section))
    found = DIGITS.search(hidden)
    if FRACTION.search(hidden) or not found:
        return general(value) if found else (_plain(section).strip() or general(value))
    value *= 100 ** hidden.count("%")
    code = found[0]
    last = DIGITS.search(hidden, found.end())
    end = found.end()
    while last and not hidden[end : last.start()].strip("-() /.\0"):  # a telephone number's groups
        return general(value)
    value /= 1000 ** (len(code) - len(code.rstrip(",")))
    made = _digits(value, code.rstrip(","))
    return " ".join(f"{_plain(section[: found.start()])}{made}{_plain(section[found.end() :])}".split())


def _digits(value: float, code: str) -> str:
    if "e" in code.lower():
        decimals = len(code.lower().split("e")[0].partition(".")[2])
        return f"{value:.{decimals}E}"
    whole, _, after = code.partition(".")
    text = f"{value:,.{len(after)}f}" if "," in whole else f"{value:.{len(after)}f}"
    optional = len(after) - len(after.rstrip("#?"))
    if optional:
        kept = len(text) - len(text.rstrip("0"))
        text = text[: len(text) - min(optional, kept)].rstrip(".")
    least = whole.replace(",", "").count("0")
    digits = text.lstrip("-").partition(".")[0]
    return (
        text
        if len(digits) >= least or "," in whole
        else ("-" if value < 0 else "") + text.lstrip("-").zfill(least + len(text.lstrip("-")) - len(digits))
    )


def _date(value: float, section: str, since_1904: bool) -> str:
    if not 0 <= value <= LAST_DAY:
        return general(value)
    moment = (EPOCH_1904 if since_1904 else EPOCH) + datetime.timedelta(seconds=round(value * 86400, 3))
    if not moment.microsecond or ".0" not in section:
        moment = (moment + datetime.timedelta(milliseconds=500)).replace(microsecond=0)
    half = bool(re.search(r"AM/PM|A/P", section, re.I))
    out, at, before = "", 0, ""
    section = re.sub(r"\[(?![hms]+\])[^\]]*\]", "", section, flags=re.I)
    hidden = LITERAL.sub(lambda found: "\0" * len(found[0]), section)
    parts = list(DATE_PART.finditer(hidden))
    for place, part in enumerate(parts):
        after = parts[place + 1][0].lower() if place + 1 < len(parts) else ""
        minutes = part[0].lower().strip("[]").startswith("m") and (
            before.startswith("h") or after.startswith("s")
        )
        out += _plain(section[at : part.start()]) + _date_part(moment, part[0], minutes, half, value)
        at, before = part.end(), part[0].lower().strip("[]")
    return " ".join((out + _plain(section[at:]).split(";")[0]).split())


def _date_part(moment: datetime.datetime, part: str, minutes: bool, half: bool, value: float) -> str:
    sign, size = part.lower().strip("[]")[0], len(part.strip("[]"))
    if part.startswith("["):
        return str(int(round(value * 86400) // {"h": 3600, "m": 60, "s": 1}[sign]))
    if sign == "a":
        return "AM" if moment.hour < 12 else "PM"
    if sign == "y":
        return str(moment.year) if size > 2 else f"{moment.year % 100:02}"
    if sign == "m" and not minutes:
        name = MONTHS[moment.month - 1]
        return {1: str(moment.month), 2: f"{moment.month:02}", 3: name[:3]}.get(size, name)
    if sign == "d" and size > 2:
        return DAYS[moment.weekday()][: 3 if size == 3 else None]
    if sign == ".":
        return f".{moment.microsecond // 100_000}"
    hour = (moment.hour % 12 or 12) if half else moment.hour
    number = {"h": hour, "m": moment.minute, "d": moment.day, "s": moment.second}[sign]
    return f"{number:02}" if size > 1 else str(number)
