"""While the database is away, every page says so and when to come back."""

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from tests.web.conftest import Site


@pytest.mark.parametrize("address", ["/", "/programmes", "/proposals"])
def test_a_page_says_that_the_database_is_away(site: Site, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    clients = (site.signed_in("author@northfield.example"), site.client())

    def away(*_: object, **__: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("the server closed the connection"))

    monkeypatch.setattr(Session, "execute", away)
    for client in clients:
        response = client.get(address)
        asked_to_sign_in = client is clients[1] and address != "/programmes"
        assert response.status_code == (303 if asked_to_sign_in else 503)
        assert response.headers.get("Retry-After") == (None if asked_to_sign_in else "5")
    monkeypatch.undo()
    assert clients[0].get("/").status_code == 200, "nobody is signed out by it"
