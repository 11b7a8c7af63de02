"""A community as data: who is there, and what they say in which order."""

from __future__ import annotations

import difflib
from collections.abc import Container, Iterator, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Discriminator, Field, NonNegativeFloat, Tag, ValidationError

from adapters.loopback.world import Room
from bot.domain.mention import Author, Deletion, Edit, Incoming, Place, Post
from bot.errors import ConfigError, InputError

SHIPPED = Path(__file__).parent / "community"
SEE = "The shipped scripts in adapters/loopback/community show the form."


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RoomPart(_Part):
    name: str
    threaded: bool = False


class Member(_Part):
    name: str
    staff: bool = False
    bot: bool = False


class Saying(_Part):
    """Somebody posts. ``thread`` and ``reply_to`` name earlier lines."""

    id: str
    by: str
    room: str
    say: str
    thread: str = ""
    reply_to: str = ""
    after: NonNegativeFloat = 3.0


class Change(_Part):
    """Somebody changes what they said in an earlier line."""

    edit: str
    to: str
    after: NonNegativeFloat = 3.0


class Removal(_Part):
    """Somebody deletes what they said in an earlier line."""

    delete: str
    after: NonNegativeFloat = 3.0


TAGS = {"edit": "an edit", "delete": "a deletion"}  # unlike any key, to be told from keys in error locations


def _tag(line: object) -> str:
    keys = line if isinstance(line, dict) else {}
    return next((tag for key, tag in TAGS.items() if key in keys), "a post")


Line = Annotated[
    Annotated[Saying, Tag("a post")]
    | Annotated[Change, Tag(TAGS["edit"])]
    | Annotated[Removal, Tag(TAGS["delete"])],
    Discriminator(_tag),
]


class Script(_Part):
    """A whole community. ``after`` on a line is the pause before it, in seconds."""

    rooms: dict[str, RoomPart] = Field(default_factory=dict)
    members: dict[str, Member] = Field(default_factory=dict)
    lines: tuple[Line, ...] = ()

    @cached_property
    def sayings(self) -> dict[str, Saying]:
        """The lines that are posts, by id."""
        return {line.id: line for line in self.lines if isinstance(line, Saying)}

    @property
    def comments(self) -> int:
        """How many posts are the community's own: neither staff nor bots, edits nor deletions."""
        people = {key for key, member in self.members.items() if not (member.staff or member.bot)}
        return sum(saying.by in people for saying in self.sayings.values())

    def places(self) -> list[Room]:
        """The rooms as a world takes them."""
        return [Room(key, room.name, room.threaded) for key, room in self.rooms.items()]

    def incoming(self, position: int, at: datetime) -> Incoming:
        """What a platform reports for line ``position`` of the script played over and over.

        Each round has ids and authors of its own.
        """
        turn, index = divmod(position, len(self.lines))
        line = self.lines[index]
        match line:
            case Saying():
                return self._post(line, turn, at)
            case Change():
                return Edit(self._place(line.edit, turn), line.to, at)
            case Removal():
                return Deletion(self._place(line.delete, turn), at)

    def _post(self, line: Saying, turn: int, at: datetime) -> Post:
        member = self.members[line.by]
        return Post(
            place=self._place(line.id, turn),
            author=Author(_in_turn(turn, line.by), member.name, is_bot=member.bot, is_staff=member.staff),
            text=line.say,
            sent_at=at,
            reply_to=_in_turn(turn, line.reply_to),
            space_name=self.rooms[line.room].name,
        )

    def _place(self, line_id: str, turn: int) -> Place:
        line = self.sayings[line_id]
        starts_one = self.rooms[line.room].threaded and not line.thread
        thread = line.id if starts_one else line.thread
        return Place(line.room, _in_turn(turn, line.id), _in_turn(turn, thread))


def _in_turn(turn: int, name: str) -> str:
    return f"{name}-{turn}" if name and turn else name


def load(script: str, folder: Path) -> Script:
    """The community of a shipped script's name, or of a file seen from ``folder``; none for an empty string.

    Raises ConfigError when there is no such script, InputError with the line when it is not one.
    """
    return read(_path(script, folder)) if script else Script()


def read(path: Path) -> Script:
    """The community in a file. Raises InputError naming the first line that is wrong."""
    try:
        text = path.read_text("utf-8")
        root = yaml.compose(text, yaml.SafeLoader)
        data = yaml.safe_load(text)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"The script {path} cannot be read ({error}).", SEE) from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise InputError(f"{path}, line {line}: this is not YAML ({error.problem}).", SEE) from None
    except yaml.YAMLError as error:
        raise InputError(f"{path} is not YAML ({error}).", SEE) from None
    try:
        script = Script.model_validate({} if data is None else data)
    except ValidationError as error:
        first = error.errors()[0]
        raise _wrong(path, root, first["loc"], first["msg"]) from None
    for index, problem in _loose_ends(script):
        raise _wrong(path, root, ("lines", index), problem)
    return script


def _path(script: str, folder: Path) -> Path:
    shipped = {path.stem: path for path in SHIPPED.glob("*.yaml")}
    if script in shipped:
        return shipped[script]
    if Path(script).suffix:
        return folder / Path(script).expanduser()
    near = difflib.get_close_matches(script, shipped, n=1, cutoff=0)
    mend = f"Did you mean “{near[0]}”, or a path ending in .yaml?"
    raise ConfigError(f"There is no script “{script}”.", mend)


def _loose_ends(script: Script) -> Iterator[tuple[int, str]]:
    """Lines that name what is not there, or not there yet."""
    said: set[str] = set()
    for index, line in enumerate(script.lines):
        for what, name, known in _names(line, script, said):
            if name and name not in known:
                yield index, f"there is no {what} “{name}” so far"
        if isinstance(line, Saying):
            if line.id in said:
                yield index, f"the id “{line.id}” is taken by an earlier line"
            said.add(line.id)
        if isinstance(line, Removal):
            said.discard(line.delete)


def _names(line: Line, script: Script, said: set[str]) -> list[tuple[str, str, Container[str]]]:
    match line:
        case Saying():
            return [
                ("member", line.by, script.members),
                ("room", line.room, script.rooms),
                ("line", line.thread, said),
                ("line", line.reply_to, said),
            ]
        case Change():
            return [("line", line.edit, said)]
        case Removal():
            return [("line", line.delete, said)]


def _wrong(path: Path, root: yaml.Node | None, location: Sequence[int | str], problem: str) -> InputError:
    """Names the innermost place in the file that ``location`` leads to."""
    node, keys = root, [step for step in location if step not in {"a post", *TAGS.values()}]
    for key in keys:
        node = _child(node, key) or node
    line = node.start_mark.line + 1 if node else 1
    where = ".".join(str(key) for key in keys) or "the whole file"
    return InputError(f"{path}, line {line}: {where}: {problem}.", SEE)


def _child(node: yaml.Node | None, step: int | str) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
        item: yaml.Node = node.value[step]
        return item
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == str(step)), None)
    return None
