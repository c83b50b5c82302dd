calls write 1000
