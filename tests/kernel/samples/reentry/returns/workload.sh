calls read 60000
