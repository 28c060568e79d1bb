"""Large files and large backlogs through the functions' own code: time, memory, calls."""
