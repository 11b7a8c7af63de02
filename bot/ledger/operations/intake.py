"""Intake: what the community said, with its event, its deadline and the cursor, in one commit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import BindParameter, bindparam, func, insert, or_, select, update

from bot.domain.events import EventKind, LedgerEvent
from bot.domain.lifecycle import INTERRUPTIBLE, State
from bot.domain.mention import Deletion, Edit, Incoming, Place, Post, conversation_key, tidy
from bot.domain.people import SYSTEM, Actor, ActorKind
from bot.ledger.bulk import Bulk, each_of
from bot.ledger.operations.closing import close_escalations, withdraw_queued
from bot.ledger.schema import (
    AnyRow,
    accounts,
    authors,
    conversations,
    edits,
    identities,
    mentions,
    staff_posts,
)
from bot.ledger.transaction import Move, Tx

UNLISTED_STAFF = Actor(
    ActorKind.PERSON, "staff"
)  # the brand's own account in an export: no Person stands behind it


@dataclass(frozen=True, slots=True)
class Received:
    """What one account hands in at once."""

    account_id: str
    account_kind: str
    incoming: Sequence[Incoming]
    cursor: str = ""


def receive(tx: Tx, batches: Sequence[Received]) -> list[None]:
    """Keep everything that is new, in the order in which each account said it."""
    staff = {(kind, external_id): person for kind, external_id, person in tx.connection.execute(_STAFF)}
    by_account: defaultdict[str, list[Received]] = defaultdict(list)
    for batch in batches:
        by_account[batch.account_id].append(batch)
    for account_id, received in by_account.items():
        _receive_account(tx, account_id, received, staff)
    return [None] * len(batches)


def _receive_account(
    tx: Tx, account_id: str, batches: Sequence[Received], staff: dict[tuple[str, str], str]
) -> None:
    """Runs of community posts are kept together; what depends on earlier posts is kept one by one."""
    run: list[Post] = []
    for batch in batches:
        for item in batch.incoming:
            if isinstance(item, Post) and item.author.is_bot:
                continue
            person = staff.get((batch.account_kind, item.author.id)) if isinstance(item, Post) else None
            if isinstance(item, Post) and person is None and not item.author.is_staff:
                run.append(item)
                continue
            _keep_posts(tx, account_id, run)
            run = []
            _keep_one(tx, account_id, item, person)
    _keep_posts(tx, account_id, run)
    if cursor := next((batch.cursor for batch in reversed(batches) if batch.cursor), ""):
        tx.connection.execute(update(accounts).where(accounts.c.id == account_id).values(cursor=cursor))


def _keep_one(tx: Tx, account_id: str, item: Incoming, person: str | None) -> None:
    if isinstance(item, Post):
        _keep_staff_post(tx, account_id, item, person)
    elif isinstance(item, Edit):
        _keep_edit(tx, account_id, item)
    else:
        _keep_deletion(tx, account_id, item)


# --- community posts ---------------------------------------------------------------------------


def _keep_posts(tx: Tx, account_id: str, posts: Sequence[Post]) -> None:
    """Insert the posts that are not known yet as mentions, and what hangs on them."""
    new = _unknown(tx, account_id, posts)
    if not new:
        return
    author_ids = _author_ids(tx, account_id, new)
    conversation_ids = _conversation_ids(tx, account_id, new)
    due = tx.patience.due(State.RECEIVED, tx.now)
    rows = []
    for post in new:
        conversation_id = conversation_ids[conversation_key(post)]
        row = _mention_row(post, author_ids[post.author.id], conversation_id)
        row["id"] = tx.new_id()
        rows.append(row)
        author = Actor(ActorKind.AUTHOR, author_ids[post.author.id])
        tx.record(LedgerEvent(EventKind.MENTION_RECEIVED, str(row["id"]), conversation_id, author))
    _INSERT_MENTIONS.run(
        tx.connection,
        rows,
        account_id=account_id,
        state=State.RECEIVED,
        received_at=tx.now,
        changed_at=tx.now,
        due_at=due,
    )
    _settle_answered_before(tx, account_id, new)


def _mention_row(post: Post, author_id: str, conversation_id: str) -> dict[str, object]:
    return {
        "conversation_id": conversation_id,
        "author_id": author_id,
        "space": post.place.space,
        "space_name": tidy(post.space_name),
        "thread": post.place.thread,
        "message_id": post.place.message_id,
        "reply_to": post.reply_to,
        "link": post.link,
        "text": tidy(post.text),
        "language": post.language,
        "sent_at": post.sent_at,
    }


def _unknown(tx: Tx, account_id: str, posts: Sequence[Post]) -> list[Post]:
    """The posts that the ledger does not hold, each once. The unique key stands behind this look-up."""
    fresh = {(post.place.space, post.place.message_id): post for post in reversed(posts)}
    by_space: defaultdict[str, list[str]] = defaultdict(list)
    for space, message_id in fresh:
        by_space[space].append(message_id)
    for space, message_ids in by_space.items():
        found = tx.connection.execute(_KNOWN, {"account": account_id, "space": space, "ids": message_ids})
        for (message_id,) in found:
            del fresh[space, message_id]
    return list(reversed(fresh.values()))


def _author_ids(tx: Tx, account_id: str, posts: Sequence[Post]) -> dict[str, str]:
    named = {post.author.id: tidy(post.author.name) for post in posts}
    found = tx.connection.execute(_AUTHORS, {"account": account_id, "ids": list(named)}).all()
    ids = {external_id: author_id for external_id, author_id, _ in found}
    renamed = [
        {"author": row.id, "name": named[row.external_id]}
        for row in found
        if row.name != named[row.external_id]
    ]
    if renamed:
        tx.connection.execute(_RENAME, renamed)
    new = [
        {"id": tx.new_id(), "account_id": account_id, "external_id": external_id, "name": name}
        for external_id, name in named.items()
        if external_id not in ids
    ]
    _INSERT_AUTHORS.run(tx.connection, new)
    return ids | {row["external_id"]: row["id"] for row in new}


def _conversation_ids(tx: Tx, account_id: str, posts: Sequence[Post]) -> dict[str, str]:
    """Each post moves its author's conversation on by one version."""
    added: defaultdict[str, int] = defaultdict(int)
    for post in posts:
        added[conversation_key(post)] += 1
    found = tx.connection.execute(_CONVERSATIONS, {"account": account_id, "keys": list(added)})
    ids = dict(found.all())
    if ids:
        _move_on(tx, [{"conversation": ids[key], "by": added[key]} for key in ids])
    new = [
        {"id": tx.new_id(), "account_id": account_id, "key": key, "version": count}
        for key, count in added.items()
        if key not in ids
    ]
    _INSERT_CONVERSATIONS.run(tx.connection, new)
    return ids | {str(row["key"]): str(row["id"]) for row in new}


def _move_on(tx: Tx, steps: Sequence[dict[str, object]]) -> None:
    tx.connection.execute(_MOVE_CONVERSATION, steps)


def _settle_answered_before(tx: Tx, account_id: str, posts: Sequence[Post]) -> None:
    """Exports often list the newest first: the answer came in before what it answers."""
    by_space: defaultdict[str, list[str]] = defaultdict(list)
    for post in posts:
        by_space[post.place.space].append(post.place.message_id)
    for space, message_ids in by_space.items():
        answers = tx.connection.execute(
            _ANSWERS_TO, {"account": account_id, "space": space, "ids": message_ids}
        )
        for answer in answers.all():
            place = Place(space, answer.message_id, answer.thread)
            _answered_by_hand(tx, account_id, place, answer.reply_to, _staff_actor(answer.person_id))


# --- staff, edits, deletions -------------------------------------------------------------------


def _keep_staff_post(tx: Tx, account_id: str, post: Post, person_id: str | None) -> None:
    """A staff answer by hand: kept as history, and it ends what it answers."""
    place = post.place
    if tx.connection.execute(_KNOWN_STAFF_POST, _where(account_id, place)).first():
        return
    tx.connection.execute(
        insert(staff_posts).values(
            id=tx.new_id(),
            account_id=account_id,
            space=place.space,
            thread=place.thread,
            message_id=place.message_id,
            reply_to=post.reply_to,
            author_name=tidy(post.author.name),
            person_id=person_id,
            text=tidy(post.text),
            sent_at=post.sent_at,
        )
    )
    _answered_by_hand(tx, account_id, place, post.reply_to, _staff_actor(person_id))


def _staff_actor(person_id: str | None) -> Actor:
    return Actor(ActorKind.PERSON, person_id) if person_id else UNLISTED_STAFF


def _answered_by_hand(tx: Tx, account_id: str, place: Place, reply_to: str, actor: Actor) -> None:
    """The mention that was replied to; without a reply, what is open in that thread; never a whole room."""
    in_place = select(mentions.c.id, mentions.c.state, mentions.c.conversation_id).where(
        mentions.c.account_id == account_id, mentions.c.space == place.space
    )
    if reply_to:
        found = in_place.where(mentions.c.message_id == reply_to)
    elif place.thread:
        found = in_place.where(or_(mentions.c.thread == place.thread, mentions.c.message_id == place.thread))
    else:
        return
    rows = tx.connection.execute(found).all()
    _end_early(tx, rows, EventKind.STAFF_ANSWERED, actor, "answered_by_hand")


def _keep_edit(tx: Tx, account_id: str, edit: Edit) -> None:
    """Both versions are kept. A link preview that changes no word is no edit."""
    row = tx.connection.execute(_MENTION_AT, _where(account_id, edit.place)).first()
    text = tidy(edit.text)
    if row is None or row.text == text or row.deleted_at is not None:
        return
    last = tx.connection.execute(_LAST_EDIT, {"mention": row.id}).scalar()
    replaced_at = tx.later_than(last)  # edits that come in together keep their order
    tx.connection.execute(insert(edits).values(mention_id=row.id, replaced_at=replaced_at, text=row.text))
    tx.connection.execute(
        update(mentions).where(mentions.c.id == row.id).values(text=text, edited_at=edit.edited_at)
    )
    _move_on(tx, [{"conversation": row.conversation_id, "by": 1}])
    author = Actor(ActorKind.AUTHOR, row.author_id)
    tx.record(LedgerEvent(EventKind.MENTION_EDITED, row.id, row.conversation_id, author))
    if row.state == State.APPROVED:
        tx.advance([Move(row.id, State.APPROVED, EventKind.REPLY_WITHDRAWN, SYSTEM, "edited_by_author")])
        withdraw_queued(tx, [row.id])


def _keep_deletion(tx: Tx, account_id: str, deletion: Deletion) -> None:
    """The words go, in every version; the history of the mention stays."""
    row = tx.connection.execute(_MENTION_AT, _where(account_id, deletion.place)).first()
    if row is None or row.deleted_at is not None:
        return
    tx.connection.execute(
        update(mentions).where(mentions.c.id == row.id).values(text="", deleted_at=deletion.deleted_at)
    )
    tx.connection.execute(update(edits).where(edits.c.mention_id == row.id).values(text=""))
    author = Actor(ActorKind.AUTHOR, row.author_id)
    _end_early(tx, [row], EventKind.MENTION_DISMISSED, author, "deleted_by_author")


def _end_early(tx: Tx, rows: Iterable[AnyRow], happened: EventKind, actor: Actor, reason: str) -> None:
    """End what may be ended now; what is being sent is left to finish."""
    rows = list(rows)
    ended = tx.advance(
        Move(row.id, State(row.state), happened, actor, reason)
        for row in rows
        if State(row.state) in INTERRUPTIBLE
    )
    _let_go(tx, ended)
    moved = {row.conversation_id for row in rows}
    if moved:
        _move_on(tx, [{"conversation": conversation, "by": 1} for conversation in sorted(moved)])


def _let_go(tx: Tx, mention_ids: Collection[str]) -> None:
    withdraw_queued(tx, mention_ids)
    close_escalations(tx, mention_ids)


def _where(account_id: str, place: Place) -> dict[str, str]:
    return {"account": account_id, "space": place.space, "message": place.message_id}


_INSERT_MENTIONS = Bulk(insert(mentions))
_INSERT_AUTHORS = Bulk(insert(authors))
_INSERT_CONVERSATIONS = Bulk(insert(conversations))
_STAFF = select(identities.c.kind, identities.c.external_id, identities.c.person_id)
_IN_ACCOUNT: BindParameter[str] = bindparam("account")
_KNOWN = select(mentions.c.message_id).where(
    mentions.c.account_id == _IN_ACCOUNT,
    mentions.c.space == bindparam("space"),
    mentions.c.message_id.in_(each_of("ids")),
)
_MENTION_AT = select(mentions).where(
    mentions.c.account_id == _IN_ACCOUNT,
    mentions.c.space == bindparam("space"),
    mentions.c.message_id == bindparam("message"),
)
_LAST_EDIT = select(func.max(edits.c.replaced_at)).where(edits.c.mention_id == bindparam("mention"))
_KNOWN_STAFF_POST = select(staff_posts.c.id).where(
    staff_posts.c.account_id == _IN_ACCOUNT,
    staff_posts.c.space == bindparam("space"),
    staff_posts.c.message_id == bindparam("message"),
)
_ANSWERS_TO = select(staff_posts).where(
    staff_posts.c.account_id == _IN_ACCOUNT,
    staff_posts.c.space == bindparam("space"),
    staff_posts.c.reply_to.in_(each_of("ids")),
)
_AUTHORS = select(authors.c.external_id, authors.c.id, authors.c.name).where(
    authors.c.account_id == _IN_ACCOUNT, authors.c.external_id.in_(each_of("ids"))
)
_RENAME = update(authors).where(authors.c.id == bindparam("author")).values(name=bindparam("name"))
_CONVERSATIONS = select(conversations.c.key, conversations.c.id).where(
    conversations.c.account_id == _IN_ACCOUNT, conversations.c.key.in_(each_of("keys"))
)
_MOVE_CONVERSATION = (
    update(conversations)
    .where(conversations.c.id == bindparam("conversation"))
    .values(version=conversations.c.version + bindparam("by"))
)
