"""Both engines for the tests of rules; Spark is started once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from test_tools import java_path

from hengjian.screening.engine.spark import start_session
from tests.screening.packages import Bench


@pytest.fixture(scope="session")
def spark_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    if java_path() is None:
        pytest.skip("there is no Java here, which Spark needs")
    session = start_session(tmp_path_factory.mktemp("spark"), memory="1GB", threads=1)
    session.conf.set("spark.sql.shuffle.partitions", "1")
    session.conf.set("spark.sql.codegen.wholeStage", "false")
    yield session
    session.stop()


@pytest.fixture(params=["duckdb", "spark"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Bench:
    """A bench for packages, once on each engine."""
    session = request.getfixturevalue("spark_session") if request.param == "spark" else None
    return Bench(request.param, tmp_path, session)


@pytest.fixture
def duckdb_engine(tmp_path: Path) -> Bench:
    """A bench on DuckDB alone, for what does not depend on the engine."""
    return Bench("duckdb", tmp_path)


@pytest.fixture
def spark_engine(spark_session: Any, tmp_path: Path) -> Bench:
    """A bench on Spark alone, for what takes long there."""
    return Bench("spark", tmp_path, spark_session)
