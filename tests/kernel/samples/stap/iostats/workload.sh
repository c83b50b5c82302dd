calls read 1000
