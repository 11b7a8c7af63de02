"""Everything that can be told to a person, as one tree.

AnswerableError              one sentence, and the mend
├── ConfigError              the configuration file or an environment variable is wrong
├── LedgerError              the ledger cannot be used
│   ├── LedgerInUse          another process owns the file
│   ├── LedgerForeign        the file belongs to another program, or is damaged
│   ├── LedgerTooNew         written by a newer version
│   └── LedgerUnwritable     read-only, full disk, no permission, input/output error
├── IllegalMove              a transition that the life of a mention does not have
├── Refused                  a person's decision that cannot be applied
│   ├── UnknownMention       there is no such mention
│   ├── AlreadyDecided       somebody, or something, was first
│   ├── Moved                the conversation or the draft changed since it was shown
│   ├── Unsendable           these words must not leave
│   └── NotAllowed           this person may not do that
├── InputError               a file that is to be read cannot be understood
├── ListenError              the address to listen on cannot be had
├── ClassifierUnusable       the classifier's files are missing, damaged or of another version
└── AdapterFailed            a platform connection that cannot be made to work by trying again
"""

from __future__ import annotations


class AnswerableError(Exception):
    """One sentence for a person: what is wrong and where, then the mend."""

    def __init__(self, problem: str, mend: str = "") -> None:
        self.problem = problem
        self.mend = mend
        super().__init__(f"{problem} {mend}".strip())


class ConfigError(AnswerableError):
    """The configuration is wrong; the problem names file, line and key."""


class LedgerError(AnswerableError):
    """The ledger cannot be used."""


class LedgerInUse(LedgerError):
    """Another process owns the ledger file."""


class LedgerForeign(LedgerError):
    """The file is not a ledger of this program, or it is damaged."""


class LedgerTooNew(LedgerError):
    """A newer version of the program wrote this ledger."""


class LedgerUnwritable(LedgerError):
    """Nothing could be committed: read-only, full disk, no permission, or an input/output error."""


class IllegalMove(AnswerableError):
    """The life of a mention has no such transition."""


class Refused(AnswerableError):
    """A person's decision that cannot be applied; nothing was changed."""


class UnknownMention(Refused):
    """There is no mention with this id."""


class AlreadyDecided(Refused):
    """Somebody, or something, decided first."""


class Moved(Refused):
    """What was shown is no longer what would be answered."""


class Unsendable(Refused):
    """These words must not leave as they are."""


class NotAllowed(Refused):
    """This person may not do that."""


class InputError(AnswerableError):
    """A file that is to be read cannot be understood."""


class ListenError(AnswerableError):
    """The address to listen on cannot be had."""


class ClassifierUnusable(AnswerableError):
    """The classifier cannot be loaded: its files are missing, damaged or of another version."""


class AdapterFailed(AnswerableError):
    """A platform connection that trying again will not mend."""
