"""The tables of a first start are made together, and come out as if they had been made one by one."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, models
from django.db.migrations import AddConstraint, AddField, AddIndex, CreateModel, Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from luodi.web.core.first_tables import FirstTables, Tables

ROOT = Path(__file__).parents[3]


def test_the_first_migration_of_each_app_makes_its_tables_together() -> None:
    ours = [f"luodi.web.{room}" for room in settings.LUODI_APPS]
    labels = [app.rsplit(".", 1)[1] for app in ours if (ROOT / app.replace(".", "/") / "migrations").is_dir()]
    first = {label: MigrationLoader(None).disk_migrations[label, "0001_initial"] for label in labels}
    assert len(first) > 10
    plain = [label for label, each in first.items() if not isinstance(each, FirstTables)]
    assert plain == [], "as Django writes them: let the class be a `luodi.web.core.first_tables.FirstTables`"
    one_by_one = (CreateModel, AddField, AddIndex, AddConstraint)
    assert [label for label, each in first.items() if any(isinstance(one, one_by_one) for one in each.operations)] == []


def to(name: str) -> models.ForeignKey:
    return models.ForeignKey(f"drawn.{name}", models.CASCADE, null=True)


#: As Django writes them where two models name each other: what names a later one is added to it afterwards.
WRITTEN = (
    CreateModel("Ship", [("id", models.AutoField(primary_key=True)), ("name", models.CharField(max_length=9))]),
    CreateModel("Port", [("id", models.AutoField(primary_key=True)), ("flagship", to("Ship"))]),
    CreateModel("Visit", [("id", models.AutoField(primary_key=True)), ("ports", models.ManyToManyField("drawn.Port"))]),
    AddField("Ship", "home", to("Port")),
    AddIndex("Ship", models.Index(fields=["name"], name="drawn_by_name")),
    AddConstraint("Ship", models.UniqueConstraint(fields=["name", "home"], name="drawn_one_a_port")),
)
NAMES = ("drawn_port", "drawn_ship", "drawn_visit", "drawn_visit_ports")


def tables() -> dict[str, Any]:
    """What the database says of each that is there: columns, and by their columns the indexes and constraints."""
    with connection.cursor() as cursor:
        there = sorted(set(connection.introspection.table_names(cursor)) & set(NAMES))
        look = connection.introspection
        return {
            name: (
                look.get_table_description(cursor, name),
                sorted(map(str, look.get_constraints(cursor, name).items())),
            )
            for name in there
        }


def laid(migration: Migration) -> dict[str, Any]:
    """The tables as a migration leaves them; it is taken back after that, and nothing is left."""
    before = ProjectState()
    assert before.apps is not None  # as in a start: drawn already
    with connection.schema_editor(atomic=True) as editor:
        migration.apply(before.clone(), editor)
    found = tables()
    with connection.schema_editor(atomic=True) as editor:
        migration.unapply(before.clone(), editor)
    assert tables() == {}
    return found


@pytest.mark.django_db(transaction=True)
def test_tables_made_together_are_those_made_one_by_one() -> None:
    class Together(FirstTables):
        operations = WRITTEN

    class OneByOne(Migration):
        operations = WRITTEN

    together = laid(Together("0001_initial", "drawn"))
    assert tuple(together) == NAMES and together == laid(OneByOne("0001_initial", "drawn"))


def test_models_are_drawn_when_they_are_asked_for_and_not_before() -> None:
    state = ProjectState()
    drawn = state.apps
    Tables(WRITTEN).state_forwards("drawn", state)
    assert "apps" not in state.__dict__ and state.apps is not drawn
    assert state.apps.get_model("drawn", "Ship")._meta.get_field("home") is not None


@pytest.mark.parametrize(
    "other", [AddField("Crew", "ship", to("Ship")), AddIndex("Crew", models.Index("id", name="x"))]
)
def test_a_table_that_is_there_already_is_changed_elsewhere(other: Operation) -> None:
    with pytest.raises(ValueError, match="needs a migration of its own"):
        Tables([*WRITTEN, other])
