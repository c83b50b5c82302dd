calls read 80000
