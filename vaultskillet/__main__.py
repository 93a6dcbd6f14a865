"""`python -m vaultskillet` is the command `vaultskillet`."""

from vaultskillet.cli.main import main

main()
