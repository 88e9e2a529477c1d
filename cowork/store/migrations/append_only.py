"""Tables that are only ever added to: what the migrations do so that the database sees to it."""

from itertools import product

from alembic import op


def make_append_only(*tables: str) -> None:
    """Let the database refuse to change or remove rows of these tables."""
    if op.get_bind().dialect.name == "sqlite":
        for table, act in product(tables, ("UPDATE", "DELETE")):
            refusal = f"SELECT RAISE(ABORT, '{table} rows are never changed or removed')"
            op.execute(f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} BEGIN {refusal}; END")
        return
    for table in tables:
        op.execute(f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()")
        op.execute(f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()")


def drop_triggers(*tables: str) -> None:
    """Let tables be rebuilt: on SQLite that would drop their triggers unseen."""
    if op.get_bind().dialect.name == "sqlite":
        for table, act in product(tables, ("update", "delete")):
            op.execute(f"DROP TRIGGER {table}_no_{act}")
        return
    for table in tables:
        op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
        op.execute(f"DROP TRIGGER {table}_no_truncate ON {table}")
