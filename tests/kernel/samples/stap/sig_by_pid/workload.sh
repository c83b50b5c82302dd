sleep 5 &
until read -r name </proc/$!/comm && [ "$name" = sleep ]; do :; done
kill -USR1 $!
echo pid=$! >>$BIND
wait
