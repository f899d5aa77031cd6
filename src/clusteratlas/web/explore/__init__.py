"""Home, the search for projects, help: the pages a visitor starts from."""
