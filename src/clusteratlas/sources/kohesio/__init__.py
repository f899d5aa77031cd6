"""Kohesio: operations of the cohesion funds and their beneficiaries."""
