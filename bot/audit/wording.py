"""Every sentence of the page, in both languages. A pair holds the singular and the plural."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

Sentence = str | tuple[str, str]

TEXTS: Mapping[str, Mapping[str, Sentence]] = {
    "en": {
        "title": "Did you run away?",
        "kicker": "{brand} and its comments",
        "period": "{since} to {until}",
        "verdict_fled": (
            "One comment hoped for a word from {brand} and got none.",
            "{n} comments hoped for a word from {brand} and got none.",
        ),
        "verdict_stood": "No. Everyone who hoped for a word from {brand} got one.",
        "verdict_quiet": "Nobody here was waiting for a word.",
        "verdict_unknown": "This file cannot say.",
        "rate": "That is {share} of the {total} that were more than chatter.",
        "no_name": "We were not told under which name {brand} writes, so its answers cannot be seen.",
        "no_posts": "It holds no post signed {us}. Its answers may exist; they are not in here.",
        "no_links": (
            "It holds one post signed {us}, which does not say which comment it answers.",
            "It holds {n} posts signed {us}, but none says which comment it answers.",
        ),
        "some_unlinked": (
            "One post of the brand answers no comment of this file and was not counted.",
            "{n} posts of the brand answer no comment of this file and were not counted.",
        ),
        "dots": "Of every 100 comments that hoped for a word, {answered} got one and {missed} did not.",
        "dots_short": "Out of 100 that hoped for a word",
        "answered_key": "answered",
        "missed_key": "left without a word",
        "figures": "The figures",
        "comments": "comments",
        "comments_means": "Every post in the file that the brand did not write itself.",
        "expecting": "hoped for a word",
        "expecting_means": "Read as a complaint, a question or praise. Chatter is left out.",
        "answered": "answered",
        "answered_means": (
            "The brand replied to the comment, or to its author later in the same conversation."
        ),
        "answered_share": "{share} of all comments",
        "median": "median wait",
        "median_means": "One answer in two came faster, one in two slower.",
        "p90": "at most, nine times in ten",
        "p90_means": "One answer in ten took longer.",
        "measured": ("Over one dated answer.", "Over {n} dated answers."),
        "no_speed": "No answer has a date, so how fast they came cannot be told.",
        "labels": "By kind",
        "labels_note": (
            "A comment can be of several kinds at once, so the rows add up to more than the total."
        ),
        "kind": "Kind",
        "total_column": "Received",
        "answered_column": "Answered",
        "missed_column": "No answer",
        "bar": "{answered} of {total} answered",
        "complaint": "Complaints",
        "question": "Questions",
        "praise": "Praise",
        "other": "Chatter",
        "verbatims": ("A comment worth acting on", "{n} comments worth acting on"),
        "verbatims_how": (
            "How they were picked: the subjects that complaints and questions name more often than other "
            "comments do; for each, the comment (unanswered if there is one, and under 280 characters) that "
            "names the most of what keeps coming back."
        ),
        "no_verbatims": "No subject comes back in two complaints or questions.",
        "named_by": "in {n} complaints and questions",
        "waiting": "Those you ran away from",
        "waiting_unknown": "A reply ready for each",
        "waiting_how": (
            "Most recent first, each with a reply to read, adapt and send. A click on a reply selects it all."
        ),
        "nobody": "Nobody. Well done.",
        "reply": "Reply ready",
        "no_reply": "No reply ready: this one deserves its own words.",
        "anonymous": "Anonymous",
        "see": "See it there",
        "more": ("Show one more", "Show {n} more"),
        "beyond": (
            "One more is not on this page.",
            "{n} more are not on this page, to keep it light.",
        ),
        "short": "(shortened)",
        "made": (
            "Made by Answerable from one file, on one computer; nothing was sent anywhere. Kinds and replies "
            "are a machine’s suggestions ({classifier}): a person reads before anything goes out."
        ),
        "under_minute": "under a minute",
        "minutes": "{n} min",
        "hours": "{h} h {m} min",
        "days": ("1 day", "{n} days"),
        "same_day": "the same day",
    },
    "fr": {
        "title": "Avez-vous détalé ?",
        "kicker": "{brand} et ses commentaires",
        "period": "du {since} au {until}",
        "verdict_fled": (
            "Un commentaire attendait un mot de {brand} et n’en a pas reçu.",
            "{n} commentaires attendaient un mot de {brand} et n’en ont pas reçu.",
        ),
        "verdict_stood": "Non. Quiconque attendait un mot de {brand} l’a reçu.",
        "verdict_quiet": "Personne, ici, n’attendait de mot.",
        "verdict_unknown": "Ce fichier ne permet pas de le dire.",
        "rate": "Soit {share} des {total} qui étaient plus que du bavardage.",
        "no_name": "On ne nous a pas dit sous quel nom écrit {brand} : ses réponses ne se voient pas.",
        "no_posts": (
            "Il ne contient aucun message signé {us}. Les réponses existent peut-être ; elles n’y sont pas."
        ),
        "no_links": (
            "Il contient un message signé {us}, qui ne dit pas à quel commentaire il répond.",
            "Il contient {n} messages signés {us}, mais aucun ne dit à quel commentaire il répond.",
        ),
        "some_unlinked": (
            "Un message de la marque ne répond à aucun commentaire de ce fichier et n’a pas été compté.",
            "{n} messages de la marque ne répondent à aucun commentaire de ce fichier"
            " et n’ont pas été comptés.",
        ),
        "dots": "Sur 100 commentaires qui attendaient un mot, {answered} l’ont reçu et {missed} non.",
        "dots_short": "Sur 100 qui attendaient un mot",
        "answered_key": "avec réponse",
        "missed_key": "laissés sans un mot",
        "figures": "Les chiffres",
        "comments": "commentaires",
        "comments_means": "Tous les messages du fichier que la marque n’a pas écrits elle-même.",
        "expecting": "attendaient un mot",
        "expecting_means": (
            "Lus comme un reproche, une question ou un compliment. Le bavardage est mis à part."
        ),
        "answered": "avec réponse",
        "answered_means": (
            "La marque a répondu au commentaire, ou à son auteur plus tard dans la même conversation."
        ),
        "answered_share": "{share} de tous les commentaires",
        "median": "d’attente médiane",
        "median_means": "Une réponse sur deux est venue plus vite, une sur deux plus tard.",
        "p90": "au plus, neuf fois sur dix",
        "p90_means": "Une réponse sur dix a pris plus de temps.",
        "measured": ("Sur une réponse datée.", "Sur {n} réponses datées."),
        "no_speed": "Aucune réponse n’est datée : leur rapidité ne peut pas être mesurée.",
        "labels": "Selon leur nature",
        "labels_note": (
            "Un commentaire peut être de plusieurs natures : les lignes dépassent ensemble le total."
        ),
        "kind": "Nature",
        "total_column": "Reçus",
        "answered_column": "Avec réponse",
        "missed_column": "Sans réponse",
        "bar": "{answered} sur {total} avec réponse",
        "complaint": "Reproches",
        "question": "Questions",
        "praise": "Compliments",
        "other": "Bavardage",
        "verbatims": ("Un commentaire qui mérite qu’on agisse", "{n} commentaires qui méritent qu’on agisse"),
        "verbatims_how": (
            "Comment ils ont été choisis : les sujets que les reproches et les questions nomment plus "
            "souvent que les autres commentaires ; pour chacun, le commentaire (sans réponse s’il y en a un, "
            "et de moins de 280 caractères) qui nomme le plus de ce qui revient."
        ),
        "no_verbatims": "Aucun sujet ne revient dans deux reproches ou questions.",
        "named_by": "dans {n} reproches et questions",
        "waiting": "Ceux devant qui vous avez détalé",
        "waiting_unknown": "Une réponse prête pour chacun",
        "waiting_how": (
            "Les plus récents d’abord, chacun avec une réponse à relire, à adapter, à envoyer. Un clic sur "
            "une réponse la sélectionne en entier."
        ),
        "nobody": "Personne. Bravo.",
        "reply": "Réponse prête",
        "no_reply": "Pas de réponse prête : celui-ci mérite ses propres mots.",
        "anonymous": "Anonyme",
        "see": "Le voir sur place",
        "more": ("En montrer un de plus", "En montrer {n} de plus"),
        "beyond": (
            "Un autre n’est pas sur cette page.",
            "{n} autres ne sont pas sur cette page, pour qu’elle reste légère.",
        ),
        "short": "(abrégé)",
        "made": (
            "Fait par Answerable à partir d’un seul fichier, sur un seul ordinateur ; rien n’a été envoyé "
            "nulle part. Natures et réponses sont des suggestions d’une machine ({classifier}) : une "
            "personne relit avant que quoi que ce soit ne parte."
        ),
        "under_minute": "moins d’une minute",
        "minutes": "{n} min",
        "hours": "{h} h {m}",
        "days": ("1 jour", "{n} jours"),
        "same_day": "le jour même",
    },
}


class Wording:
    """One language's sentences, numbers, dates and durations."""

    def __init__(self, language: str) -> None:
        self.language = language if language in TEXTS else "en"
        self._texts = TEXTS[self.language]
        self._locale = {"en": "en_GB"}.get(self.language, self.language)

    def say(self, key: str, n: int | None = None, **values: str) -> str:
        """The sentence, in the number of ``n``, with the values filled in."""
        text = self._texts[key]
        if isinstance(text, tuple):
            text = text[0] if self._singular(n or 0) else text[1]
        filled = {"n": self.number(n), **values} if n is not None else values
        return self._spaced(text).format_map(filled)

    def number(self, number: int) -> str:
        return str(format_decimal(number, locale=self._locale))

    def share(self, part: int, whole: int) -> str:
        """A percentage that says 0 or 100 only where that is exact."""
        percent = round(100 * part / whole) if whole else 0
        if 0 < part < whole:
            percent = min(max(percent, 1), 99)
        return str(format_percent(percent / 100, locale=self._locale))

    def day(self, day: date) -> str:
        written = str(format_date(day, "d MMMM y", locale=self._locale))
        return written.replace("1 ", "1er ", 1) if self.language == "fr" and day.day == 1 else written

    def wait(self, wait: timedelta, *, only_days: bool) -> str:
        """How long, to the unit that a person would say."""
        minutes, days = int(wait.total_seconds() // 60), round(wait.total_seconds() / 86_400)
        if only_days and days == 0:
            return self.say("same_day")
        if only_days or minutes >= 48 * 60:
            return self.say("days", days)
        if minutes < 1:
            return self.say("under_minute")
        if minutes < 60:
            return self.say("minutes", minutes)
        return self.say("hours", h=self.number(minutes // 60), m=f"{minutes % 60:02}")

    def _singular(self, n: int) -> bool:
        return n < 2 if self.language == "fr" else n == 1

    def _spaced(self, text: str) -> str:
        """French sets an unbreakable space before its high marks: thin, but wide before a colon."""
        if self.language != "fr":
            return text
        return re.sub(r" (?=:)", "\u00a0", re.sub(r" (?=[?!;])", "\u202f", text))
