"""What changes demands, needs, investors, parks, matches, pilots and meetings."""
