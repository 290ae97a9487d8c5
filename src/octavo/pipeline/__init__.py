"""What the build runs: the table of stages, and the stages that need several others."""
