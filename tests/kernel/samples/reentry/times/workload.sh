calls read 5000
