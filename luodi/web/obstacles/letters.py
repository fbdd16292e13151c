"""Where the links in notices of this room lead."""

from luodi.web.obstacles.models import Obstacle
from luodi.web.pages import place


def to_obstacle(row: Obstacle, lang: str) -> dict[str, str]:
    return {"place": place("obstacles:obstacle", lang, row.pk)}


def is_new(row: Obstacle) -> bool:
    """Whether nobody has taken it up yet."""
    return row.state == "received"
