calls read 500
