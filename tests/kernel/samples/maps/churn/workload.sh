calls read 3000 &
calls read 3000
wait
sleep 0.1
