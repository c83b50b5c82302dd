calls read 1000
sleep 1
