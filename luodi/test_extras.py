"""The modules of each extra are those that its packages bring, and one that is missing is said in one line."""

import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from luodi.extras import MODULES, MissingExtra, extra_of, require

PROJECT = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
OPTIONAL = PROJECT["optional-dependencies"]


def distribution(requirement):
    return re.match(r"[\w.-]+", requirement)[0].lower().replace("_", "-").replace(".", "-")


def packages(extra):
    """What an extra installs beside the package itself, those it includes counted."""
    found = set()
    for requirement in OPTIONAL[extra]:
        if included := re.fullmatch(r"luodi\[(\w+)\]", requirement):
            found |= packages(included[1])
        else:
            found.add(distribution(requirement))
    return found


@pytest.mark.parametrize("extra", ["bulk", "web"])
def test_each_package_of_an_extra_is_looked_for_by_one_module(extra):
    brought = {module: {distribution(name) for name in names} for module, names in packages_distributions().items()}
    found = [brought[module] & packages(extra) for module in MODULES[extra]]
    assert all(found), dict(zip(MODULES[extra], found, strict=True))
    assert len(MODULES[extra]) == len(packages(extra)) and set.union(*found) == packages(extra)


def test_every_extra_for_users_is_in_the_table():
    assert set(MODULES) == set(OPTIONAL) - {"dev", "browser", "mutation"}


def test_what_comes_by_itself_is_in_no_extra():
    plain = {distribution(requirement) for requirement in PROJECT["dependencies"]}
    assert not plain & {name for extra in MODULES for name in packages(extra)}


@pytest.mark.parametrize("extra", MODULES)
def test_one_module_less_is_an_extra_that_is_missing(extra, monkeypatch):
    for module in MODULES[extra]:
        monkeypatch.setitem(sys.modules, module, sys)
    for module in MODULES[extra]:
        monkeypatch.setitem(sys.modules, module, None)
        with pytest.raises(MissingExtra) as refused:
            require(extra, "`luodi bulk`")
        assert str(refused.value) == f"`luodi bulk` needs more packages: pip install 'luodi[{extra}]'"
        assert refused.value.said("zh") == f"`luodi bulk`需要安装更多组件：pip install 'luodi[{extra}]'"
        monkeypatch.setitem(sys.modules, module, sys)
    require(extra, "`luodi bulk`")


def test_a_module_belongs_to_the_smallest_extra_that_brings_it():
    assert [extra_of(name) for name in ("numba.core", "django", "duckdb", "yaml")] == ["bulk", "web", "duckdb", None]
