"""Indicators: pure functions over dataframes (specialisation, stars, growth, concentration, complexity, networks)."""
