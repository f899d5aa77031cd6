"""World input-output tables of the WIOD project: 40 countries and the rest of the world, 35 industries, 1995-2011."""
