calls write 2
