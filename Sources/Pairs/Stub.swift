// Pairs
