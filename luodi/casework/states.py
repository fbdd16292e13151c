"""What state tables share."""

from luodi.errors import LuodiError


class NotNow(LuodiError):
    """The act does not fit the state that the record is in."""

    code = "not-now"
