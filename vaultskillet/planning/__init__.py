"""Planning: from what engines said to what is written for each note."""
