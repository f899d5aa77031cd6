"""World input-output tables of the WIOD project, of its releases of 2013 (1995-2011) and 2016 (2000-2014)."""
