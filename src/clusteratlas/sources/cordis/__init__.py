"""CORDIS: projects of the EU framework programmes for research and innovation."""
