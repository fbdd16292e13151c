"""`python -m luodi` is the command `luodi`."""

from luodi.cli import main

main()
