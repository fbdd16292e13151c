"""Tests of time lines use the people and the company of tests of cases."""

from luodi.web.cases.conftest import bench, proof_files

__all__ = ["bench", "proof_files"]
