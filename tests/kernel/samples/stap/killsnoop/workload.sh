sleep 5 &
kill -USR1 $!
kill -9 $!
wait
