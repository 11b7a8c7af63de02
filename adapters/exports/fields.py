"""What the columns of an export mean, whatever they are called in French or English."""

from __future__ import annotations

import difflib
import re
import shlex
import unicodedata
from collections.abc import Mapping, Sequence
from enum import StrEnum

from bot.errors import InputError


class Field(StrEnum):
    """What a comment can carry; only the comment itself is needed."""

    ID = "id"
    DATE = "date"
    NETWORK = "network"
    AUTHOR = "author"
    COMMENT = "comment"
    LANGUAGE = "language"
    PARENT = "parent"
    LINK = "link"


# Written as ``normal`` leaves them. The first name of a list that a file has is the one that is taken.
SYNONYMS: dict[Field, tuple[str, ...]] = {
    field: tuple(" ".join(name.split()) for name in names.split(","))
    for field, names in {
        Field.COMMENT: """
            comment, commentaire, comments, commentaires, comment text, texte du commentaire, message, text,
            texte, full text, body, corps, content, contenu, review, avis, review text, texte de l avis,
            verbatim, verbatims, tweet, tweet text, post text, snippet text display, snippet text original,
            message text, description""",
        Field.ID: """
            id, identifiant, comment id, id commentaire, id du commentaire, identifiant du commentaire,
            message id, id message, id du message, review id, id avis, id de l avis, tweet id, post id,
            id str, uuid, guid, ref, reference, numero, no""",
        Field.DATE: """
            date, created at, created, created time, date de creation, creation date, cree le, published at,
            published, date de publication, publie le, publication date, posted at, posted on, poste le,
            sent at, envoye le, date et heure, date time, datetime, date heure, timestamp, horodatage, time,
            heure, review date, date de l avis, comment date, date du commentaire, submission date,
            snippet published at, created utc, day, jour""",
        Field.NETWORK: """
            network, reseau, reseau social, social network, platform, plateforme, source, channel, canal,
            site, media, social media, page, page name, store, magasin""",
        Field.AUTHOR: """
            author, auteur, author name, nom de l auteur, nom auteur, auteur du commentaire, comment author,
            username, user name, nom d utilisateur, utilisateur, user, pseudo, pseudonyme, screen name,
            handle, from name, from, de, expediteur, sender, nom, name, display name, user screen name,
            author display name, snippet author display name, client, customer, reviewer, reviewer name,
            abonne, membre, member, profile name, profil""",
        Field.LANGUAGE: "language, langue, lang, locale, reviewer language, langue du commentaire",
        Field.PARENT: """
            parent, parent id, id parent, id du parent, parent comment id, comment parent id,
            commentaire parent, id du commentaire parent, in reply to, in reply to id, in reply to status id,
            in reply to tweet id, reply to, reply to id, replied to, en reponse a, reponse a, repond a,
            snippet parent id, message parent""",
        Field.LINK: """
            link, lien, url, permalink, permalien, permalink url, comment url, url du commentaire,
            lien du commentaire, comment link, review link, adresse, uri""",
    }.items()
}

_FRENCH = re.compile(
    r"\b(?:commentaires?|identifiant|auteur|reseau|langue|lien|texte|avis|heure|jour|utilisateur|pseudo"
    r"|cree|publie|poste|envoye|reponse|horodatage|contenu|canal|nom|abonne)\b"
)


def normal(name: str) -> str:
    """A column's name without case, accents, punctuation: ``authorName`` is ``AUTHOR_NAME``."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    plain = unicodedata.normalize("NFKD", spaced).encode("ascii", "ignore").decode().casefold()
    return " ".join(re.findall(r"[a-z0-9]+", plain))


def looks_french(header: Sequence[str]) -> bool:
    """Whether somebody French named these columns."""
    return any(_FRENCH.search(normal(name)) for name in header)


def recognised(header: Sequence[str]) -> int:
    """How many of these cells are names of columns that we know."""
    known = {name for names in SYNONYMS.values() for name in names}
    return sum(normal(name) in known for name in header)


def match(header: Sequence[str], mapping: Mapping[str, str]) -> dict[Field, str]:
    """Which column holds which field: what the person mapped first, then what the names say.

    Raises InputError when the mapping names a field or a column that there is not.
    """
    chosen = {_field(name): _column(column, header) for name, column in mapping.items()}
    free = [column for column in header if column not in chosen.values()]
    for field in Field:
        if field not in chosen and (column := _named(field, free)) is not None:
            chosen[field] = column
            free.remove(column)
    return chosen


def suggestion(column: str) -> str:
    """The option that says that ``column`` holds the comments, ready to be typed."""
    return f"--map {shlex.quote(f'{Field.COMMENT}={column}')}"


def _named(field: Field, columns: Sequence[str]) -> str | None:
    by_name = {normal(column): column for column in reversed(columns)}
    return next((by_name[name] for name in SYNONYMS[field] if name in by_name), None)


def _field(name: str) -> Field:
    wanted = normal(name)
    if wanted in list(Field):
        return Field(wanted)
    near = difflib.get_close_matches(wanted, list(Field), n=1)
    hint = f"Did you mean {near[0]}?" if near else f"The fields are {', '.join(Field)}."
    raise InputError(f"--map {name}=... names a field that there is not.", hint)


def _column(name: str, header: Sequence[str]) -> str:
    by_name = {normal(column): column for column in reversed(header)}
    if name in header:
        return name
    if (wanted := normal(name)) and wanted in by_name:
        return by_name[wanted]
    near = difflib.get_close_matches(wanted, list(by_name), n=1)
    hint = f"Did you mean {by_name[near[0]]!r}?" if near else f"The columns are {', '.join(header)}."
    raise InputError(f"The file has no column {name!r}.", hint)
