"""The answers. Knows neither the screen nor the charts: data frames and plain values only."""
