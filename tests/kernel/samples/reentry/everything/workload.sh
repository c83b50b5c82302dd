calls read 2000
