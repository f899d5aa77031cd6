"""FIGARO, Eurostat's input-output tables between EU countries and their partners, by 64 industries."""
