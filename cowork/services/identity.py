"""Signing in and out, sessions, the own account."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import available_timezones

from cowork.domain.errors import Invalid, NotFound, TooMany
from cowork.domain.identity import Actor, password_problem
from cowork.domain.ids import PersonId
from cowork.services.context import Context
from cowork.services.reviewing import refresh
from cowork.store import identity, proposals, unit
from cowork.store.identity import SessionLine, SignedIn

SESSION_LIFE = timedelta(hours=12)
IDLE_LIMIT = timedelta(hours=2)
TOUCH_EVERY = timedelta(minutes=5)
ATTEMPTS, ATTEMPT_WINDOW = 10, timedelta(minutes=5)
WRONG = "The e-mail address and password do not match. Check both. Whoever runs this server gives you a new password."
THEMES = ("system", "light", "dark")
MAX_NAME = 200


@dataclass(frozen=True, slots=True)
class SignInCommand:
    """`address` is the network address that asks, `agent` what its browser calls itself."""

    email: str
    password: str
    address: str
    agent: str


@dataclass(frozen=True, slots=True)
class ProfileCommand:
    name: str
    zone: str
    theme: str
    shortcuts: bool


def digest(token: str) -> str:
    """How a secret is stored: SHA-256 in hexadecimal. Tokens are random, so no salt or slow hash is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def sign_in(context: Context, command: SignInCommand) -> str:
    """Check a password and start a session; the new session's token.

    Raises TooMany after ten failures in five minutes for the account or the address, Invalid otherwise, in the same words and time
    whether the account exists or not.
    """
    now = context.now()
    email = command.email.strip().lower()[:254]
    keys = (digest(f"account:{email}"), digest(f"address:{command.address}"))
    with unit.reading() as session:
        failures = identity.attempts_since(session, keys, now - ATTEMPT_WINDOW)
        known = identity.credentials(session, email)
    if failures >= ATTEMPTS:
        seconds = int(ATTEMPT_WINDOW.total_seconds())
        raise TooMany("Too many attempts. Wait five minutes, then try again.", seconds)
    matches = context.passwords.verify(known.password_hash if known else "", command.password)
    if known is None or not matches or not known.active:
        with unit.writing() as session:
            identity.record_attempt(session, keys, now, now - ATTEMPT_WINDOW)
        raise Invalid([("email", WRONG)])
    token = context.new_token()
    with unit.writing() as session:
        identity.forgive(session, keys[:1])
        identity.drop_expired_sessions(session, now)
        identity.start_session(session, digest(token), known.person, now, now + SESSION_LIFE, command.agent)
    return token


def current(context: Context, token: str) -> SignedIn | None:
    """Whoever this token stands for, or None when the session is over. Notes now and then that it is in use."""
    now, key = context.now(), digest(token)
    with unit.reading() as session:
        found = identity.signed_in(session, key, now, now - IDLE_LIMIT)
    if found is not None and now - found.seen_at > TOUCH_EVERY:
        with unit.writing() as session:
            identity.touch_session(session, key, now)
    return found


def sign_out(context: Context, actor: Actor, token: str) -> None:
    """End this session."""
    with unit.writing() as session:
        identity.end_session(session, actor.person, digest(token))


def sessions(context: Context, actor: Actor) -> list[SessionLine]:
    """The actor's live sessions."""
    now = context.now()
    with unit.reading() as session:
        return identity.sessions_of(session, actor.person, now, now - IDLE_LIMIT)


def end_session(context: Context, actor: Actor, session_id: str) -> None:
    """End one of the actor's own sessions; an unknown one is over already."""
    with unit.writing() as session:
        identity.end_session(session, actor.person, session_id)


def save_profile(context: Context, actor: Actor, command: ProfileCommand) -> None:
    """Change the actor's own name, time zone, theme and keyboard shortcuts. Raises Invalid."""
    name = " ".join(command.name.split())
    problems = []
    if not name or len(name) > MAX_NAME or not name.isprintable():
        problems.append(("name", f"Give your name, in at most {MAX_NAME} characters."))
    if command.zone not in available_timezones():
        problems.append(("zone", "Choose a time zone from the list, such as Europe/Dublin."))
    if command.theme not in THEMES:
        problems.append(("theme", "Choose how pages look: as the system does, light or dark."))
    if problems:
        raise Invalid(problems)
    with unit.writing() as session:
        identity.set_profile(session, actor.person, name, command.zone, command.theme, command.shortcuts)


def change_password(context: Context, actor: Actor, token: str, old: str, new: str) -> None:
    """Change the actor's own password and end every other session. Raises Invalid."""
    with unit.reading() as session:
        known = identity.credentials(session, actor.email)
    if known is None or not context.passwords.verify(known.password_hash, old):
        raise Invalid([("old", "This is not your present password. Try again.")])
    if problem := password_problem(new, actor.email, context.passwords.common):
        raise Invalid([("new", problem)])
    hashed = context.passwords.hash(new)
    with unit.writing() as session:
        identity.set_password(session, actor.person, hashed)
        identity.end_sessions(session, actor.person, keep=digest(token))


def create_person(context: Context, email: str, name: str, password: str, zone: str = "UTC") -> PersonId:
    """Create a person who can sign in. Raises Invalid or Conflict (the address is taken)."""
    email, name = email.strip().lower(), " ".join(name.split())
    problems = person_problems(email, name)
    if problem := password_problem(password, email, context.passwords.common):
        problems.append(("password", problem))
    if problems:
        raise Invalid(problems)
    person, hashed = PersonId(context.new_id()), context.passwords.hash(password)
    with unit.writing() as session:
        identity.add_person(session, person, email, name, hashed, zone, context.now())
    return person


def person_problems(email: str, name: str) -> list[tuple[str, str]]:
    """What is wrong with a person's address or name."""
    problems = []
    local, _, domain = email.partition("@")
    if not local or "." not in domain or any(c.isspace() or not c.isprintable() for c in email) or len(email) > 254:
        problems.append(("email", "Give an e-mail address such as name@example.org."))
    if not name or len(name) > MAX_NAME or not name.isprintable():
        problems.append(("name", f"Give a name, in at most {MAX_NAME} characters."))
    return problems


def set_password(context: Context, email: str, password: str) -> None:
    """Give a person a new password and end all their sessions (for an operator at the command line)."""
    with unit.reading() as session:
        known = identity.credentials(session, email)
    if known is None:
        raise NotFound("person")
    if problem := password_problem(password, email, context.passwords.common):
        raise Invalid([("password", problem)])
    hashed = context.passwords.hash(password)
    with unit.writing() as session:
        identity.set_password(session, known.person, hashed)
        identity.end_sessions(session, known.person)


def set_active(context: Context, email: str, active: bool) -> None:
    """Let a person in again, or shut them out at once. Reviews that ask an office they hold are evaluated anew."""
    with unit.writing() as session:
        known = identity.credentials(session, email)
        if known is None:
            raise NotFound("person")
        identity.set_active(session, known.person, active)
        identity.end_sessions(session, known.person)
        for proposal in proposals.in_review(session):
            refresh(session, context, proposal)


def people(context: Context) -> list[tuple[PersonId, str, str, bool]]:
    """Everybody on this instance (for an operator at the command line): id, address, name, active."""
    with unit.reading() as session:
        return identity.people(session)


def actor(context: Context, email: str) -> Actor:
    """A person as an actor, by address (for an operator at the command line, who acts in their name). Raises NotFound."""
    with unit.reading() as session:
        known = identity.credentials(session, email)
        found = identity.actor(session, known.person, context.now()) if known else None
    if found is None:
        raise NotFound("person")
    return found
