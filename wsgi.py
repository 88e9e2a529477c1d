"""The application for any WSGI server, such as ``gunicorn wsgi:app``.

`cowork serve` runs the same application with the settings that writing together needs, brings the database up to date first, and does
the work beside the pages. Whoever serves it by hand runs ``cowork db upgrade`` and ``cowork worker`` too.
"""

from cowork.app import create_app

app = create_app()
