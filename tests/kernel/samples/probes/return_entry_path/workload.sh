calls write 200
