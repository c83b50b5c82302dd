calls read 3
