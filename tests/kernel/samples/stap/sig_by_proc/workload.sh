sleep 5 &
kill -USR1 $!
wait
