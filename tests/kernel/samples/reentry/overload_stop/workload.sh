calls read 100000
