"""One folder a publisher: source.yml says who, where, on what terms; read.py makes canonical rows of their file."""
