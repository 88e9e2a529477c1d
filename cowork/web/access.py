"""How every route is made: with a name and the action it performs. A route without an action cannot be registered."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import Blueprint, Flask, current_app
from flask_login import current_user

from cowork.domain.errors import SignInRequired
from cowork.domain.identity import Actor
from cowork.domain.policy import Action, general_verdict
from cowork.services.context import Context

View = TypeVar("View", bound=Callable[..., Any])

ACTIONS = "cowork_actions"


def route(blueprint: Blueprint, rule: str, action: Action, *, methods: tuple[str, ...] = ("GET",)) -> Callable[[View], View]:
    """Register a view under a rule. The action is checked before the view runs as far as signing in goes; the use case asks the rest."""

    def register(view: View) -> View:
        endpoint = view.__name__
        blueprint.add_url_rule(rule, endpoint, view, methods=list(methods))
        blueprint.record(lambda state: state.app.extensions.setdefault(ACTIONS, {}).update({f"{state.name}.{endpoint}": action}))
        return view

    return register


def action_of(app: Flask, endpoint: str) -> Action:
    """The action that a route was registered with. KeyError for a route that has none."""
    return cast(Action, app.extensions[ACTIONS][endpoint])


def require_sign_in(action: Action) -> None:
    """Refuse a visitor where the action is not open to everybody."""
    if visitor() is None and not general_verdict(action, None).allowed:
        raise SignInRequired


def context() -> Context:
    """The gateways, for the use cases."""
    return cast(Context, current_app.extensions["cowork"])


def visitor() -> Actor | None:
    """Whoever is signed in, or None."""
    user = current_user
    return cast(Actor, user.signed_in.actor) if user.is_authenticated else None


def actor() -> Actor:
    """Whoever is signed in. Raises SignInRequired."""
    found = visitor()
    if found is None:
        raise SignInRequired
    return found


def application() -> Flask:
    """The running application itself, not its proxy."""
    return cast(Flask, current_app._get_current_object())  # type: ignore[attr-defined]  # how Flask says it
