calls read 3
calls write 3
calls open 3
