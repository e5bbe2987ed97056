"""Running a suite: case after case, in every arm, with a memory for replies that were paid for."""
