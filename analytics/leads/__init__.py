"""One lead and what to do about it: what happened to it, what is it worth, whom to call first."""
