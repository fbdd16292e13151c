"""Where the links in notices of this app lead, and whether there is still something to do: the receivers name
these functions."""

from luodi.casework.obstacles import ObstacleState
from luodi.web.core.pages import place
from luodi.web.obstacles.models import Obstacle


def to_obstacle(row: Obstacle, lang: str) -> dict[str, str]:
    return {"place": place("obstacles:obstacle", lang, row.pk)}


def is_new(row: Obstacle) -> bool:
    """Whether nobody has taken it up yet."""
    return row.state == ObstacleState.RECEIVED
