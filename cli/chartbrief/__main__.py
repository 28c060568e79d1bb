"""`python -m chartbrief`, for environments whose scripts folder is not on the PATH."""

from chartbrief.app import main

if __name__ == "__main__":
    main()
