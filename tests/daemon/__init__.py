"""The daemon as a real process, and the whole trip with a fault at every step."""
