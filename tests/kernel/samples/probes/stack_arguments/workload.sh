calls maps 5
