"""Research Organization Registry: names, places and parents of research organisations, as an authority."""
