calls read 20000 &
calls read 20000 &
wait
