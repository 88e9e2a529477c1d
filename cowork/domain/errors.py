"""The ways a use case can say no. Each carries a sentence for the person; shells turn them into pages, JSON or exit codes."""

from collections.abc import Sequence


class CoworkError(Exception):
    """Base of all refusals. `str(error)` is a sentence that says what happened and what to do next."""


class NotFound(CoworkError):
    """It does not exist, or this person may not know that it does. Both answer the same (404)."""

    def __init__(self, what: str = "page") -> None:
        super().__init__(f"This {what} does not exist, or it is not open to you. Check the address, or ask the person who sent it to you.")


class Refused(CoworkError):
    """The policy says no to a person who may see the thing (403)."""


class Invalid(CoworkError):
    """What was sent cannot be accepted (422). `problems` pairs a field path with a sentence."""

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        super().__init__(" ".join(message for _, message in problems))
        self.problems = tuple(problems)


class Conflict(CoworkError):
    """What was seen is no longer how things stand (409)."""


class SignInRequired(CoworkError):
    """Nobody is signed in (401)."""

    def __init__(self) -> None:
        super().__init__("Sign in to go on.")


class TooMany(CoworkError):
    """A limit is reached (429). `retry_after` is in seconds."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unavailable(CoworkError):
    """A part of the system is away (503)."""
