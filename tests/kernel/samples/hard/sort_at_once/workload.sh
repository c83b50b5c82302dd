calls read 2000 &
calls read 2000
wait
