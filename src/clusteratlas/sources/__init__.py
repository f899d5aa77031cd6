"""One folder per publisher: source.yml says who, where and under which licence; read.py turns their file into canonical rows."""
