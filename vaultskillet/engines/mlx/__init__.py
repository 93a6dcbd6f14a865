"""Models in this process, by MLX: the home of mlx, mlx_lm, llguidance and what they bring."""
