"""Write a number as lists count: in figures, letters or Roman numerals. Pure."""

MOST_LETTERS = 780  # thirty times the alphabet
MOST_ROMAN = 3999
ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
    (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


def written(number: int, form: str) -> str:
    """`form` is how the first one looks: 1, 01, 001, a, A, i or I; whatever else counts in figures."""
    match form:
        case "a" | "A" if 0 < number <= MOST_LETTERS:
            told = _letters(number)
        case "i" | "I" if 0 < number <= MOST_ROMAN:
            told = _roman(number)
        case "01" | "001" | "0001" | "00001":
            return str(number).zfill(len(form))
        case _:
            return str(number)
    return told.upper() if form.isupper() else told


def _letters(number: int) -> str:
    """After z comes aa, then bb."""
    times, place = divmod(number - 1, 26)
    return chr(ord("a") + place) * (times + 1)


def _roman(number: int) -> str:
    told = ""
    for value, signs in ROMAN:
        times, number = divmod(number, value)
        told += signs * times
    return told
