calls write 500
