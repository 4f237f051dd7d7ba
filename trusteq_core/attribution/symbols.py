"""Keys that tell whether two coalitions leave the same text, without building the text."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trusteq_core.models.masked_tokens import Slots
from trusteq_core.tasks import WordGrid

__all__ = ["Symbols"]

_SPACE, _END = 0, 1


@dataclass(frozen=True, slots=True, eq=False)
class Symbols:
    """An example as a sequence of words, what stands between them, white space and segment ends.

    Attributes
    ----------
    slots : Slots
        What each symbol depends on.
    codes : ndarray of int32, shape (n_slots,)
        One number for each different symbol.
    """

    slots: Slots
    codes: np.ndarray

    @classmethod
    def of(cls, grid: WordGrid, players: np.ndarray, *, stand_ins: bool) -> Symbols:
        """Take an example apart.

        Parameters
        ----------
        grid : WordGrid
            Its words.
        players : ndarray of int, shape (n_players,)
            Indices of those that may be masked.
        stand_ins : bool
            A masked word leaves a mark, in place of nothing.
        """
        numbers: dict[tuple[str, bool], int] = {}
        rows: list[tuple[int, int, bool]] = []  # code, player, stands in

        def add(text: str, player: int = -1, *, stands_in: bool = False) -> None:
            rows.append(
                (2 + numbers.setdefault((text, stands_in), len(numbers)), player, stands_in)
            )

        def add_gap(text: str) -> None:
            core = text.strip()
            if not core:
                rows.extend([(_SPACE, -1, False)] * bool(text))
                return
            rows.extend([(_SPACE, -1, False)] * text[0].isspace())
            add(core)
            rows.extend([(_SPACE, -1, False)] * text[-1].isspace())

        player_of = dict(zip(players.tolist(), range(len(players)), strict=True))
        for segment, text in enumerate(grid.segments):
            end = 0
            for number, word in enumerate(grid.words):
                if word.segment != segment:
                    continue
                add_gap(text[end : word.start])
                add(word.text, player_of.get(number, -1))
                if stand_ins and number in player_of:
                    add("", player_of[number], stands_in=True)
                end = word.end
            add_gap(text[end:])
            rows.append((_END, -1, False))
        codes, player, stands_in = zip(*rows, strict=True)
        return cls(Slots(np.array(player), np.array(stands_in)), np.array(codes, dtype=np.int32))

    def keys(self, keep: np.ndarray) -> list[bytes]:
        """Return one key for each coalition, equal for equal texts.

        White space counts as in `WordGrid.masked`: runs are one space, none at a segment's ends.

        Parameters
        ----------
        keep : ndarray of bool, shape (m, n_players)
        """
        row, slot = self.slots.present(keep).nonzero()
        codes = self.codes[slot]
        space = codes == _SPACE
        before = np.concatenate([[_END], codes[:-1]])
        # White space behind white space or at a segment's start goes first, then that at its end.
        stays = ~(space & (before <= _END))
        row, codes = row[stays], codes[stays]
        after = np.concatenate([codes[1:], [_END]])
        stays = ~((codes == _SPACE) & (after == _END))
        row, codes = row[stays], codes[stays]
        ends = np.searchsorted(row, np.arange(len(keep)), side="right").tolist()
        return [codes[start:end].tobytes() for start, end in zip([0, *ends], ends, strict=False)]
