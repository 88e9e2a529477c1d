"""What happened to the evidence of a proposal: rows signed by employers, attached files, letters of support."""

from dataclasses import dataclass

from cowork.domain.ids import Digest, FileId, LetterId, OrganisationId


@dataclass(frozen=True, slots=True)
class RowsSigned:
    """`rows` are ``list/row/statement``, each with the digest of what it rests on as it read."""

    organisation: OrganisationId
    version: int
    rows: tuple[str, ...]
    digests: tuple[Digest, ...]


@dataclass(frozen=True, slots=True)
class RowsUnsigned:
    """Signatures of rows were taken back by whoever gave them."""

    organisation: OrganisationId
    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SignaturesAsked:
    """The employers' authors were asked to sign rows of the alignment."""

    version: int


@dataclass(frozen=True, slots=True)
class FileAttached:
    """`content` is the SHA-256 of a shared file; of one in a party's own lane nothing is said that a guess could be tried on."""

    file: FileId
    number: int
    file_kind: str
    lane: OrganisationId | None
    content: Digest | None


@dataclass(frozen=True, slots=True)
class FileReplaced:
    file: FileId
    number: int
    lane: OrganisationId | None
    content: Digest | None


@dataclass(frozen=True, slots=True)
class FileChanged:
    """What is said about a file (its title, dates, place, kind) was changed."""

    file: FileId
    lane: OrganisationId | None


@dataclass(frozen=True, slots=True)
class FileShared:
    """A file of one party's own lane was shared with every party."""

    file: FileId
    content: Digest
    lane: OrganisationId | None = None


@dataclass(frozen=True, slots=True)
class FileKeptPrivate:
    """A file that every party could see was taken back into its owner's own lane."""

    file: FileId
    organisation: OrganisationId
    lane: OrganisationId | None = None


@dataclass(frozen=True, slots=True)
class FileWithdrawn:
    file: FileId
    lane: OrganisationId | None


@dataclass(frozen=True, slots=True)
class FileForgotten:
    """The bytes of a withdrawn file, all its versions and pictures, are kept no more. What is said of it and its digests stay."""

    file: FileId
    lane: OrganisationId | None


@dataclass(frozen=True, slots=True)
class LetterWritten:
    """A draft of a letter of support was begun. Only its own party knows."""

    letter: LetterId
    lane: OrganisationId


@dataclass(frozen=True, slots=True)
class LetterDiscarded:
    letter: LetterId
    lane: OrganisationId


@dataclass(frozen=True, slots=True)
class LetterSigned:
    """`content` is the SHA-256 of the letter as it was signed: text, signer, organisation and moment."""

    letter: LetterId
    file: FileId
    organisation: OrganisationId
    content: Digest
    lane: OrganisationId | None = None


EvidenceEvent = (
    RowsSigned
    | RowsUnsigned
    | SignaturesAsked
    | FileAttached
    | FileReplaced
    | FileChanged
    | FileShared
    | FileKeptPrivate
    | FileWithdrawn
    | FileForgotten
    | LetterWritten
    | LetterDiscarded
    | LetterSigned
)
