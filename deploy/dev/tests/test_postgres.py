"""The databases are apart: a login reaches its own and no other."""

import asyncpg
import pytest

from devstack.testing import TestPostgres


def plain(url: str) -> str:
    return url.replace("+asyncpg", "")


async def test_a_login_works_in_its_own_database(postgres: TestPostgres) -> None:
    connection = await asyncpg.connect(plain(postgres.create_database("approval", ("pg_trgm",))))
    await connection.execute("CREATE TABLE cases (id int)")
    assert await connection.fetchval("SELECT similarity('solsikken', 'solsikken')") == 1
    assert await connection.fetchval("SELECT lower('ÆØÅ')") == "æøå"
    await connection.close()


async def test_a_login_cannot_connect_to_another_database(postgres: TestPostgres) -> None:
    own, other = postgres.create_database("approval"), postgres.create_database("reporting")
    login, foreign = plain(own).rsplit("/", 1)[0], other.rsplit("/", 1)[1]
    for database in (foreign, "postgres", "template1"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await asyncpg.connect(f"{login}/{database}")


async def test_a_login_needs_its_password(postgres: TestPostgres) -> None:
    address = plain(postgres.create_database("approval"))
    user = address.split("//")[1].split(":")[0]
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(address.replace(address.split(":")[2].split("@")[0], "wrong"), user=user)


async def test_data_survive_a_killed_server(postgres: TestPostgres) -> None:
    address = postgres.create_database("approval")
    connection = await asyncpg.connect(plain(address))
    await connection.execute("CREATE TABLE cases (id int); INSERT INTO cases VALUES (7)")
    postgres.kill()
    connection.terminate()
    postgres.start()
    again = await asyncpg.connect(plain(address))
    assert await again.fetchval("SELECT id FROM cases") == 7
    await again.close()


async def test_a_clone_has_the_same_tables(postgres: TestPostgres) -> None:
    original = postgres.create_database("approval")
    connection = await asyncpg.connect(plain(original))
    await connection.execute("CREATE TABLE cases (id int)")
    await connection.close()
    copy = await asyncpg.connect(plain(postgres.clone_database(original)))
    assert await copy.fetchval("SELECT count(*) FROM cases") == 0
    await copy.close()
    postgres.drop_database(original)
