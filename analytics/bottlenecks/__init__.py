"""Where the funnel loses, why its rate changed, and what a remedy would bring."""
