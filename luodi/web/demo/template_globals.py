"""What templates say of the demo."""

from typing import Final

from luodi.web.demo.data import people

GLOBALS: Final = {"demo_people": people}
