calls read 500 &
calls read 500
wait
