# Both find it: the first it ignores, as its parent does.
trap '' USR1
sleep 5 &
kill -USR1 $!
kill -9 $!
wait
