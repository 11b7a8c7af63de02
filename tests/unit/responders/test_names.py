"""Who is called by name, and who is better not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responders.names import first_name


@pytest.mark.parametrize(
    ("shown", "name"),
    [
        ("Camille Durand", "Camille"),
        ("Zoé", "Zoé"),
        ("  Jean-Pierre  Martin", "Jean-Pierre"),
        ("N’Golo K.", "N’Golo"),
        ("Zoe\u0301", "Zoé"),
        ("محمد علي", "محمد"),
        ("小林", "小林"),
    ],
)
def test_a_name_is_used_as_it_is_written(shown: str, name: str) -> None:
    assert first_name(shown) == name


@pytest.mark.parametrize(
    "shown",
    [
        "",
        "   ",
        "@camille",
        "camille92",
        "camille",
        "MARIE",
        "xX_Dark_Xx",
        "J",
        "J. Martin",
        "Deleted Account",
        "Utilisateur inconnu",
        "M. Martin",
        "The Rock",
        "{{ 7*7 }}",
        "<!channel>",
        "Ca\u200bmille",
        "\u202eCamille",
        "\ud800",
        "Camille\x00",
        "A" * 21,
        "Abcdefghijklmnopqrstu",
        "-",
        "Jean-",
        "🌸 Camille",
    ],
)
def test_what_may_not_be_a_name_is_not_used(shown: str) -> None:
    assert first_name(shown) == ""


@given(st.text(max_size=60))
def test_nothing_but_letters_ever_gets_through(shown: str) -> None:
    name = first_name(shown)
    assert len(name) <= 20
    assert all(sign.isalpha() or sign in "-'’" for sign in name)
