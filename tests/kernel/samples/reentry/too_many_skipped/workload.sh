calls read 200000
