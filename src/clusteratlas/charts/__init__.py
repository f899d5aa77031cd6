"""Figures and maps: a dataframe in, an Altair chart out. Pure."""
