"""The officers, leaders and companies of the tests of cases."""

from luodi.web.cases.conftest import bench, planned, proof_files

__all__ = ["bench", "planned", "proof_files"]
