calls read 300 &
calls read 300 &
calls read 300 &
wait
