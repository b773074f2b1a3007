"""Triggers are put back after every migration: SQLite drops them with the old table when it rebuilds one."""

import importlib

from django.db import connections


def put_back(migration: str, *, using: str) -> None:
    """Create what this migration's SQLITE statements create, where it is missing."""
    connection = connections[using]
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        for statement in importlib.import_module(migration).SQLITE:
            cursor.execute(statement.replace("CREATE TRIGGER", "CREATE TRIGGER IF NOT EXISTS", 1))
