calls read 5
