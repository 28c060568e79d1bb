"""The operators' commands: they look at a deployed stack, on AWS or kept on this machine, and mend it."""
