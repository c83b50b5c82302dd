calls read 700
calls write 400
