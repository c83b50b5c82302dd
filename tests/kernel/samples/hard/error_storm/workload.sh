calls read 20000
