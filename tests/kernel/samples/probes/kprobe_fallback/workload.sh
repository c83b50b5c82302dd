for i in 1 2 3 4 5; do calls read 1; done
