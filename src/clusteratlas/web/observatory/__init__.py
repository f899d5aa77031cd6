"""What regions are strong in: pages, maps, comparisons and figures of the statistics by industry."""
