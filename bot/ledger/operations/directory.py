"""Directory: the brand, its accounts and its people, as the configuration names them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update

from bot.domain.people import Person
from bot.ledger.schema import accounts, brands, identities, people
from bot.ledger.transaction import Tx


@dataclass(frozen=True, slots=True)
class Listed:
    """What the configuration says. People's ids are the ledger's business: theirs is empty here."""

    brand: str
    accounts: Mapping[str, str]  # name -> kind
    people: Sequence[Person]
    identities: Mapping[str, Mapping[str, str]]  # person's name -> platform -> external id


@dataclass(frozen=True, slots=True)
class Directory:
    """What was listed, with the ids under which the ledger knows it."""

    account_ids: Mapping[str, str]
    people: Mapping[str, Person]


def enlist(tx: Tx, lists: Sequence[Listed]) -> list[Directory]:
    """Bring the ledger's directory up to what is listed; nobody who once acted is ever removed."""
    return [_enlist(tx, listed) for listed in lists]


def _enlist(tx: Tx, listed: Listed) -> Directory:
    brand_id = _brand(tx, listed.brand)
    known = dict(tx.connection.execute(select(accounts.c.name, accounts.c.id)).all())
    for name, kind in listed.accounts.items():
        if name not in known:
            known[name] = tx.new_id()
            row = {"id": known[name], "brand_id": brand_id, "name": name, "kind": kind}
            tx.connection.execute(insert(accounts).values(row))
    staff = {person.name: _person(tx, brand_id, person) for person in listed.people}
    _identities(tx, staff, listed.identities)
    return Directory({name: known[name] for name in listed.accounts}, staff)


def _brand(tx: Tx, name: str) -> str:
    found = tx.connection.execute(select(brands.c.id)).scalar()
    if found is None:
        found = tx.new_id()
        tx.connection.execute(insert(brands).values(id=found, name=name))
    else:
        tx.connection.execute(update(brands).where(brands.c.id == found).values(name=name))
    return str(found)


def _person(tx: Tx, brand_id: str, person: Person) -> Person:
    values = {
        "role": person.role,
        "agreement": person.agreement,
        "languages": list(person.languages),
        "team": person.team,
    }
    found = tx.connection.execute(select(people.c.id).where(people.c.name == person.name)).scalar()
    person_id = str(found or tx.new_id())
    if found is None:
        row = {"id": person_id, "brand_id": brand_id, "name": person.name, **values}
        tx.connection.execute(insert(people).values(row))
    else:
        tx.connection.execute(update(people).where(people.c.id == person_id).values(values))
    return Person(person_id, person.name, person.role, person.agreement, person.languages, person.team)


def _identities(tx: Tx, staff: Mapping[str, Person], listed: Mapping[str, Mapping[str, str]]) -> None:
    tx.connection.execute(delete(identities))
    rows = [
        {"kind": kind, "external_id": external_id, "person_id": staff[name].id}
        for name, ids in listed.items()
        for kind, external_id in ids.items()
    ]
    if rows:
        tx.connection.execute(insert(identities), rows)
