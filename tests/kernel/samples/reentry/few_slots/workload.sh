for i in 1 2 3 4 5 6 7 8; do usleep 1500000 & done
wait
