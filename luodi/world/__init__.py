"""Made-up registers: companies with their attributes, nodes and stakes, for demos, tests and benches."""

from luodi.world.folder import Made, make_world

__all__ = ["Made", "make_world"]
