sleep 5 &
kill -USR1 $!
echo pid=$! >>$BIND
wait
