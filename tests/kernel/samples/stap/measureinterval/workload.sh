calls read 100
