calls maps 2
