"""Say what a cell over several rows or columns says in each of them, so that each row says all. Pure."""

Cover = tuple[int, tuple[int, int], str]  # the last row, where it begins, what it says


class Covers:
    """The cells of one table that reach over others, as its rows come one by one."""

    def __init__(self) -> None:
        self._by_column: dict[int, Cover] = {}

    def add(self, text: str, row: int, last_row: int, columns: range) -> None:
        cover = last_row, (row, columns.start), text
        self._by_column.update(dict.fromkeys(columns, cover))

    def filled(self, row: int, cells: list[str]) -> list[str]:
        """A row that says nothing of its own stays so, and what goes over a whole row is said once."""
        if not self._by_column or not any(cell.strip() for cell in cells):
            return cells
        told = {column: cover for column, cover in self._by_column.items() if cover[0] >= row and cover[2]}
        full = cells + [""] * (max(told, default=0) + 1 - len(cells))
        origins = {
            told[at][1] if at in told else (row, at) for at, said in enumerate(full) if said or at in told
        }
        if len(origins) == 1:
            return cells
        return [told[at][2] if at in told else said for at, said in enumerate(full)]
