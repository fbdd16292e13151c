"""A kept connection to PostgreSQL is looked at before it is used again."""

import time

import pytest
from django.db import connection

pytestmark = pytest.mark.skipif(connection.vendor != "postgresql", reason="a file closes no connection")


@pytest.mark.django_db(transaction=True)
def test_one_that_the_server_closed_is_seen_and_opened_anew() -> None:
    import psycopg

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [pid] = cursor.fetchone()
    assert connection.is_usable()
    given = {name: value for name, value in connection.get_connection_params().items() if name in _NAMES}
    with psycopg.connect(**given, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [pid])
    while connection.is_usable():  # a run that never ends is stopped by whoever runs the suite
        time.sleep(0.01)
    connection.health_check_enabled, connection.health_check_done = True, False
    with connection.cursor() as cursor:  # as the next request does
        cursor.execute("SELECT pg_backend_pid()")
        assert cursor.fetchone() != (pid,)
    connection.close()
    connection.connect()
    connection.connection.close()
    assert not connection.is_usable()  # by whoever closed it
    connection.close()


_NAMES = ("dbname", "user", "password", "host", "port")
