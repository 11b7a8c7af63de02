"""What people complain about is found by counting words, so that anybody can count again."""

from __future__ import annotations

from bot.audit.subjects import Pick, picks

FRENCH = [
    "Depuis la mise à jour, le livreur ne trouve plus mon adresse",
    "La dernière mise à jour a tout cassé",
    "Le colis est ouvert, le livreur aussi pressé que d'habitude",
    "Mises à jour, mises à jour : et le colis ?",
    "Le livreur a jeté le colis par-dessus la haie",
    "Toujours en attente",
]
PRAISE = ["Le magasin est beau", "Le magasin est grand et le colis est joli", "Merci au magasin"]


def test_subjects_are_words_and_pairs_that_come_back_in_what_they_are_written() -> None:
    found = picks(FRENCH, PRAISE, range(len(FRENCH)), [])
    assert [(pick.subject, pick.named_by) for pick in found] == [
        ("livreur", 3),
        ("mise à jour", 3),
        ("colis", 3),
    ]


def test_each_comment_stands_for_one_subject_only() -> None:
    found = picks(FRENCH, PRAISE, range(len(FRENCH)), [])
    assert len({pick.index for pick in found}) == 3
    assert all(pick.index != 5 for pick in found)


def test_what_everybody_says_is_no_subject() -> None:
    said = ["Le magasin est sale", "Le magasin est fermé", "La caisse est fermée", "La caisse est lente"]
    assert [pick.subject for pick in picks(said, PRAISE * 3, range(4), [])] == ["caisse"]


def test_the_brand_is_no_subject_of_its_own() -> None:
    said = ["Maison Dupré a perdu ma lampe", "Une lampe de chez Dupré, cassée"]
    assert [pick.subject for pick in picks(said, [], range(2), ["Maison Dupré"])] == ["lampe"]


def test_those_still_waiting_are_preferred() -> None:
    said = ["The refund is late", "The refund, the refund, the refund"]
    assert picks(said, [], {1}, []) == [Pick(1, "refund", 2)]
    assert picks(said, [], {0}, []) == [Pick(0, "refund", 2)]


def test_nobody_reads_a_verbatim_of_a_thousand_words() -> None:
    said = ["refund " * 1000, "Where is my refund"]
    assert picks(said, [], {0}, []) == [Pick(1, "refund", 2)]


def test_nothing_that_comes_back_nothing_to_pick() -> None:
    assert picks([], [], (), []) == []
    assert picks(["Une lampe cassée", "Un colis perdu"], [], range(2), []) == []
    assert picks(["", "🙃", "١٢٣", "?!"] * 2, [], (), []) == []
