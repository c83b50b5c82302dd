sleep 5 &
kill -USR1 $!
wait
sleep 5 &
until read -r name </proc/$!/comm && [ "$name" = sleep ]; do :; done
kill -9 $!
echo pid=$! >>$BIND
wait
