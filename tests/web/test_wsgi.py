"""The application that any WSGI server can load."""

import runpy
from pathlib import Path

import pytest
from flask import Flask

from cowork.app import ROOT


def test_a_server_finds_the_application_under_its_usual_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COWORK_INSTANCE", str(tmp_path))
    app = runpy.run_path(str(ROOT / "wsgi.py"))["app"]
    assert isinstance(app, Flask)
    assert app.test_client().get("/static/nothing").status_code == 404
