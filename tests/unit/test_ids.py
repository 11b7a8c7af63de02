"""Identifiers sort as they were made and never meet."""

from __future__ import annotations

from bot.ids import ALPHABET, LENGTH, ascending, new_id


def test_ids_of_one_maker_sort_in_the_order_in_which_they_were_made() -> None:
    make = ascending()
    ids = [make() for _ in range(5_000)]

    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)


def test_an_id_can_be_read_out() -> None:
    identifier = new_id()

    assert len(identifier) == LENGTH
    assert set(identifier) <= set(ALPHABET)


def test_makers_do_not_meet() -> None:
    one, other = ascending(), ascending()

    assert not {one() for _ in range(1_000)} & {other() for _ in range(1_000)}
