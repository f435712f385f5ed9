"""Who is one risk with whom, and why: graph reasoning over plain records (networkx) and over arrays (numpy, scipy)."""
