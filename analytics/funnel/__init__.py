"""How far leads came: counts, rates, trend, cohorts, segments and the leads behind them."""
