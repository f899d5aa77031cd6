"""EU Funding & Tenders portal: open calls, and projects of programmes that CORDIS does not hold."""
