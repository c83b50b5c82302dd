sleep 5 &
kill -USR1 $!
wait
sleep 5 &
kill -9 $!
echo pid=$! >>$BIND
wait
