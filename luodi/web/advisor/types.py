"""Types of the advisor: what comes out of the engine, and what goes into a template."""

from collections.abc import Mapping
from typing import Any, TypeAlias

#: A plan, or a part of one, with the keys of `luodi advise --json`. It is shared, so it is only read.
Doc: TypeAlias = Mapping[str, Any]
#: What a template is given beside the request.
Context: TypeAlias = dict[str, Any]
