"""The daemon: nothing lost, nothing fought."""
