"""The MLX engine, on tiny models; collected only where MLX is installed."""
