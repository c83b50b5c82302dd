calls read 30000
